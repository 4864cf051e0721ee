package dev.tidemark.cli.demo.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.cli.Tidemark;
import dev.tidemark.cli.service.Service;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceFilesTest {

  private static final Map<String, String> SERVICE =
      Map.of(
          "bootstrap.servers", "127.0.0.1:9092",
          "schema.registry.url", "http://127.0.0.1:8081",
          "archive.url", "s3://tidemark",
          "archive.s3.endpoint", "http://127.0.0.1:9000",
          "archive.s3.region", "us-east-1",
          "archive.s3.path.style", "true",
          "archive.s3.access.key.id", "tidemark",
          "archive.s3.secret.access.key", "swordfish");

  @TempDir private Path directory;

  @Test
  void shouldWriteFilesThatTheServicesFindGoodAndKeepTheSecretApart() throws IOException {
    Map<Service, Path> files;
    try (WorkDirectory work = WorkDirectory.at(directory.resolve("work"))) {
      files =
          ServiceFiles.write(
              SERVICE, work, "mongodb://127.0.0.1:1/?replicaSet=rs0", "mongodb://127.0.0.1:2/");
    }

    assertThat(files).containsOnlyKeys(Service.values());
    for (Map.Entry<Service, Path> file : files.entrySet()) {
      StringWriter said = new StringWriter();
      int code =
          Tidemark.commandLine(new PrintWriter(said, true), new PrintWriter(said, true))
              .execute(
                  "config",
                  "check",
                  "--service",
                  file.getKey().command(),
                  "--config",
                  file.getValue().toString());
      assertThat(code).as(said.toString()).isZero();
      assertThat(Files.readString(file.getValue())).doesNotContain("swordfish");
    }
  }
}
