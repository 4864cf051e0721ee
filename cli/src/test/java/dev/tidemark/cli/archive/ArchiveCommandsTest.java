package dev.tidemark.cli.archive;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.cli.Tidemark;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveCommandsTest {

  @TempDir private Path directory;
  private SmallArchive archive;
  private StringWriter out;
  private StringWriter err;

  @BeforeEach
  void fill() throws IOException {
    archive = new SmallArchive(directory);
  }

  private int run(String... args) {
    out = new StringWriter();
    err = new StringWriter();
    return Tidemark.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
        .execute(args);
  }

  private JsonNode json(int expectedCode, String... args) throws IOException {
    List<String> all = new ArrayList<>(List.of(args));
    all.add("--json");
    assertThat(run(all.toArray(String[]::new))).as(err.toString()).isEqualTo(expectedCode);
    return new ObjectMapper().readTree(out.toString());
  }

  private String url() {
    return "file:" + archive.bucket();
  }

  @Test
  void shouldListWhatCanBeRestored() throws IOException {
    JsonNode cluster = json(0, "list", "--archive", url()).at("/clusters/0");

    assertThat(cluster.at("/cluster").asText()).isEqualTo("shop");
    assertThat(cluster.at("/restorable/0/from").asText()).isEqualTo(SmallArchive.at(5).toString());
    assertThat(cluster.at("/restorable/0/to").asText()).isEqualTo(SmallArchive.at(29).toString());
    assertThat(cluster.at("/snapshots/0/id").asText()).isEqualTo("monday");
    assertThat(cluster.at("/sets/0/entries").asLong()).isEqualTo(30);
    assertThat(cluster.at("/defects")).isEmpty();
  }

  @Test
  void shouldListForPeople() {
    assertThat(run("list", "--archive", url())).isZero();

    assertThat(out.toString())
        .contains("Cluster shop", "restorable", "monday", "3 segments, 30 entries");
  }

  @Test
  void shouldFindTheArchiveBelowTheFolderOfTheBuckets() throws IOException {
    JsonNode result = json(0, "list", "--archive", "file:" + archive.bucket().getParent());

    assertThat(result.at("/archive").asText()).isEqualTo(url());
  }

  @Test
  void shouldShowTheGapWhenASegmentIsGone() throws IOException {
    Files.delete(archive.bucket().resolve(archive.segments().get(1)));

    JsonNode cluster = json(0, "list", "--archive", url()).at("/clusters/0");

    assertThat(cluster.at("/sets/0/gaps/0/cause").asText()).isEqualTo("LOST");
    assertThat(cluster.at("/sets/0/gaps/0/after").asText())
        .isEqualTo(SmallArchive.at(9).toString());
    assertThat(cluster.at("/restorable/0/to").asText()).isEqualTo(SmallArchive.at(9).toString());
    assertThat(run("list", "--archive", url())).isZero();
    assertThat(out.toString()).contains("GAP: the archive lacks the entries");
  }

  @Test
  void shouldDescribeASegmentByKeyAndByOptime() throws IOException {
    JsonNode byKey = json(0, "describe", archive.segments().get(1), "--archive", url());
    JsonNode byOptime = json(0, "describe", SmallArchive.at(14).toString(), "--archive", url());

    assertThat(byKey.at("/entryCount").asLong()).isEqualTo(10);
    assertThat(byKey.at("/blocks")).isNotEmpty();
    assertThat(byOptime).isEqualTo(byKey);
    assertThat(run("describe", archive.segments().get(1), "--archive", url())).isZero();
    assertThat(out.toString()).contains("shop.orders", "10 / 0 / 0 / 0 / 0");
  }

  @Test
  void shouldDescribeASnapshot() throws IOException {
    JsonNode snapshot = json(0, "describe", "monday", "--archive", url());

    assertThat(snapshot.at("/kind").asText()).isEqualTo("IMPORTED");
    assertThat(snapshot.at("/sets/0/end").asText()).isEqualTo(SmallArchive.at(5).toString());
    assertThat(run("describe", "tuesday", "--archive", url())).isEqualTo(2);
    assertThat(err.toString()).contains("ARCHIVE_OBJECT_MISSING").contains("tuesday");
  }

  @Test
  void shouldExitWith1AndNameTheDefect() throws IOException {
    assertThat(json(0, "verify", "--deep", "--archive", url()).at("/sound").asBoolean()).isTrue();
    Path segment = archive.bucket().resolve(archive.segments().get(1));
    byte[] bytes = Files.readAllBytes(segment);
    bytes[bytes.length - 30] ^= 1;
    Files.write(segment, bytes);

    assertThat(run("verify", "--archive", url())).as("sizes and headers are right").isZero();
    JsonNode result = json(1, "verify", "--deep", "--archive", url());

    assertThat(result.at("/sound").asBoolean()).isFalse();
    assertThat(result.at("/clusters/0/defects/0/kind").asText()).isEqualTo("SEGMENT_CORRUPT");
    assertThat(result.at("/clusters/0/defects/0/where").asText())
        .isEqualTo(archive.segments().get(1));
    assertThat(run("verify", "--deep", "--archive", url())).isEqualTo(1);
    assertThat(out.toString()).contains("DEFECT SEGMENT_CORRUPT " + archive.segments().get(1));
  }

  @Test
  void shouldExplainRetentionWithoutChangingAnything() throws IOException {
    JsonNode result = json(0, "retention", "--dry-run", "--archive", url());

    assertThat(result.at("/dryRun").asBoolean()).isTrue();
    assertThat(result.at("/clusters/0/decisions"))
        .anySatisfy(
            decision -> {
              assertThat(decision.at("/name").asText()).isEqualTo("monday");
              assertThat(decision.at("/verdict").asText()).isEqualTo("KEEP");
              assertThat(decision.at("/reason").asText()).contains("newest good snapshot");
            });
    assertThat(run("retention", "--archive", url(), "--continuous", "1h", "--compact")).isZero();
    assertThat(archive.segments())
        .allSatisfy(key -> assertThat(archive.bucket().resolve(key)).exists());
  }

  @Test
  void shouldSayWhatIsWrongWithTheArchiveThatIsNamed() {
    assertThat(run("list")).isEqualTo(2);
    assertThat(err.toString()).contains("ARCHIVE_CONFIG_INVALID").contains("--archive");
    assertThat(run("list", "--archive", "file:" + directory.resolve("none"))).isEqualTo(2);
    assertThat(err.toString()).contains("ARCHIVE_NOT_FOUND");
    assertThat(run("list", "--archive", url(), "--cluster", "other")).isEqualTo(2);
    assertThat(err.toString()).contains("Name one of: shop");
    assertThat(run("retention", "--archive", url(), "--grace", "soon")).isEqualTo(2);
    assertThat(err.toString()).contains("'soon' is not a duration");
  }
}
