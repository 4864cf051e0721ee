package dev.tidemark.benchmarks.capture;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;

/** A connector's configuration as it is posted to Connect. */
final class ConnectorFile {

  private static final ObjectMapper JSON = new ObjectMapper();

  private ConnectorFile() {}

  static Map<String, String> read(Path file) {
    try {
      return JSON.convertValue(
          JSON.readTree(file.toFile()).get("config"), new TypeReference<Map<String, String>>() {});
    } catch (IOException e) {
      throw new UncheckedIOException("the plugin's " + file + " cannot be read", e);
    }
  }
}
