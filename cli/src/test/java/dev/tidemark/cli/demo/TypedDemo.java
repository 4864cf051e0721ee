package dev.tidemark.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemark.cli.console.Typed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The demo as somebody runs it, and what its archive alone restores. */
final class TypedDemo {

  private final Typed typed = new Typed();
  private final Path directory;

  /**
   * @param directory where restored dumps go
   */
  TypedDemo(Path directory) {
    this.directory = directory;
  }

  /** Runs the demo and returns its exit code. */
  int run(String... options) {
    return typed.run(Stream.concat(Stream.of("demo"), Stream.of(options)).toArray(String[]::new));
  }

  String err() {
    return typed.err();
  }

  JsonNode report() throws IOException {
    return typed.json();
  }

  /**
   * The digest of what the demo's archive alone restores.
   *
   * @param ts the moment, as expectations write it
   */
  JsonNode materialized(Path work, JsonNode ts) throws IOException {
    String optime = ts.path("t").asLong() + ":" + ts.path("i").asLong();
    String result = directory.resolve("restored-" + optime.replace(':', '-')).toString();
    String archive = "file:" + work.resolve("archive/tidemark");
    assertThat(typed.run("materialize", "--archive", archive, "--to", optime, "--out", result))
        .as(typed.err())
        .isZero();
    assertThat(typed.run("digest", "--dump", result)).as(typed.err()).isZero();
    return typed.json();
  }
}
