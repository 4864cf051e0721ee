package dev.tidemark.tailer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.tailer.stack.CaptureStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** What the packaged plugin consists of. */
class PluginPackageIT {

  /** Connect loads these for every plugin from its own class path, or brings them with Kafka. */
  private static final List<String> OF_CONNECT =
      List.of("connect-", "kafka-", "slf4j-", "jakarta.", "javax.", "zstd-", "lz4-", "snappy-");

  @Test
  void shouldHoldEverythingButWhatConnectProvides() throws IOException {
    Path plugin;
    try (Stream<Path> directories = Files.list(CaptureStack.pluginPath())) {
      plugin = directories.toList().get(0);
    }
    List<String> jars;
    try (Stream<Path> files = Files.list(plugin.resolve("lib"))) {
      jars = files.map(file -> file.getFileName().toString()).toList();
    }

    assertThat(jars)
        .anyMatch(jar -> jar.startsWith("tidemark-tailer-"))
        .noneMatch(jar -> OF_CONNECT.stream().anyMatch(jar::startsWith));
    assertThat(plugin.resolve("manifest.json")).isRegularFile();
    assertThat(plugin.resolve("etc/connector.json")).isRegularFile();
    assertThat(plugin.resolve("doc/tailer-config.md")).isRegularFile();
  }

  @Test
  void shouldBeTheSameAsAZip() throws IOException {
    try (ZipFile zip = new ZipFile(Path.of("target", "tidemark-tailer-plugin.zip").toFile())) {
      List<String> names = zip.stream().map(entry -> entry.getName()).toList();

      assertThat(names)
          .anyMatch(name -> name.endsWith("/etc/connector.json"))
          .anyMatch(name -> name.matches(".*/lib/tidemark-tailer-[^/]*\\.jar"));
    }
  }
}
