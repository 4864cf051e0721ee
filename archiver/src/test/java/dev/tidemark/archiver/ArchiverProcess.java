package dev.tidemark.archiver;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/** An archiver as a process of its own, as the service's command runs it. */
public final class ArchiverProcess {

  private ArchiverProcess() {}

  /**
   * @param args the file with its settings
   */
  public static void main(String[] args) throws Exception {
    Properties properties = new Properties();
    try (BufferedReader reader = Files.newBufferedReader(Path.of(args[0]))) {
      properties.load(reader);
    }
    Map<String, Object> settings = new HashMap<>();
    properties.forEach((key, value) -> settings.put(key.toString(), value));
    try (Archiver archiver = new Archiver(new ArchiverConfig(settings))) {
      Runtime.getRuntime().addShutdownHook(new Thread(archiver::close, "stop"));
      archiver.start();
      archiver.awaitStop();
    }
  }
}
