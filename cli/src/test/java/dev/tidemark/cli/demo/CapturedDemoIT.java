package dev.tidemark.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo with the oplog of a real server in the place of its workload. */
class CapturedDemoIT {

  private static final Path CAPTURED =
      Path.of("..", "oplog", "src", "test", "resources", "fixtures");

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"crud-11", "ddl-12", "mixed-13", "tricky-14"})
  void shouldReachEveryMomentOfACapturedOplog(String name) throws Exception {
    TypedDemo demo = new TypedDemo(directory);
    Path captured = unpacked(CAPTURED.resolve(name + ".zip"));
    Path work = directory.resolve("work");
    assertThat(demo.run("--json", "--captured", captured.toString(), "--work-dir", work.toString()))
        .as(demo.err())
        .isZero();
    assertThat(demo.report().path("verified").asBoolean()).isTrue();
    try (Stream<Path> moments = Files.list(captured.resolve("expected"))) {
      for (Path moment : moments.toList()) {
        JsonNode expected = new ObjectMapper().readTree(moment.toFile());
        JsonNode state = demo.materialized(work, expected.path("ts"));
        requireSame(expected.path("namespaces"), state.path("namespaces"));
      }
    }
  }

  /** Every field that the expectation has. */
  private static void requireSame(JsonNode expected, JsonNode state) {
    assertThat(state.properties()).hasSameSizeAs(expected.properties());
    for (var namespace : expected.properties()) {
      for (String field :
          List.of("count", "bytes", "sha256_of_sorted_raw_bson", "sha256_in_insertion_order")) {
        assertThat(state.path(namespace.getKey()).path(field))
            .as(field + " of " + namespace.getKey())
            .isEqualTo(namespace.getValue().path(field));
      }
    }
  }

  private Path unpacked(Path zip) throws IOException {
    Path captured = directory.resolve("captured");
    try (ZipInputStream entries = new ZipInputStream(Files.newInputStream(zip))) {
      for (ZipEntry entry; (entry = entries.getNextEntry()) != null; ) {
        Path file = captured.resolve(entry.getName());
        Files.createDirectories(file.getParent());
        Files.copy(entries, file);
      }
    }
    return captured;
  }
}
