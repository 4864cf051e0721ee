package dev.tidemark.cli.archive;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemark.cli.console.Typed;
import java.io.IOException;
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
  private final Typed typed = new Typed();

  @BeforeEach
  void fill() throws IOException {
    archive = new SmallArchive(directory);
  }

  private JsonNode json(int expectedCode, String... args) throws IOException {
    List<String> all = new ArrayList<>(List.of(args));
    all.add("--json");
    assertThat(typed.run(all.toArray(String[]::new))).as(typed.err()).isEqualTo(expectedCode);
    return typed.json();
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
    assertThat(typed.run("list", "--archive", url())).isZero();

    assertThat(typed.out())
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
    assertThat(typed.run("list", "--archive", url())).isZero();
    assertThat(typed.out()).contains("GAP: the archive lacks the entries");
  }

  @Test
  void shouldDescribeASegmentByKeyAndByOptime() throws IOException {
    JsonNode byKey = json(0, "describe", archive.segments().get(1), "--archive", url());
    JsonNode byOptime = json(0, "describe", SmallArchive.at(14).toString(), "--archive", url());

    assertThat(byKey.at("/entryCount").asLong()).isEqualTo(10);
    assertThat(byKey.at("/blocks")).isNotEmpty();
    assertThat(byOptime).isEqualTo(byKey);
    assertThat(typed.run("describe", archive.segments().get(1), "--archive", url())).isZero();
    assertThat(typed.out()).contains("shop.orders", "10 / 0 / 0 / 0 / 0");
  }

  @Test
  void shouldDescribeASnapshot() throws IOException {
    JsonNode snapshot = json(0, "describe", "monday", "--archive", url());

    assertThat(snapshot.at("/kind").asText()).isEqualTo("IMPORTED");
    assertThat(snapshot.at("/sets/0/end").asText()).isEqualTo(SmallArchive.at(5).toString());
    assertThat(typed.run("describe", "tuesday", "--archive", url())).isEqualTo(2);
    assertThat(typed.err()).contains("ARCHIVE_OBJECT_MISSING").contains("tuesday");
  }

  @Test
  void shouldExitWith1AndNameTheDefect() throws IOException {
    assertThat(json(0, "verify", "--deep", "--archive", url()).at("/sound").asBoolean()).isTrue();
    Path segment = archive.bucket().resolve(archive.segments().get(1));
    byte[] bytes = Files.readAllBytes(segment);
    bytes[bytes.length - 30] ^= 1;
    Files.write(segment, bytes);

    assertThat(typed.run("verify", "--archive", url())).as("sizes and headers are right").isZero();
    JsonNode result = json(1, "verify", "--deep", "--archive", url());

    assertThat(result.at("/sound").asBoolean()).isFalse();
    assertThat(result.at("/clusters/0/defects/0/kind").asText()).isEqualTo("SEGMENT_CORRUPT");
    assertThat(result.at("/clusters/0/defects/0/where").asText())
        .isEqualTo(archive.segments().get(1));
    assertThat(typed.run("verify", "--deep", "--archive", url())).isEqualTo(1);
    assertThat(typed.out()).contains("DEFECT SEGMENT_CORRUPT " + archive.segments().get(1));
  }

  @Test
  void shouldNameADamagedTombstoneGoOnAndReplaceIt() throws IOException {
    String key = "shop/tombstones/rs0-65a9f2b1c0ffee0000000001/2026-11-22T00-0123456789abcdef.json";
    Path tombstone = archive.bucket().resolve(key);
    Files.createDirectories(tombstone.getParent());
    Files.writeString(tombstone, "{");

    JsonNode listed = json(0, "list", "--archive", url()).at("/clusters/0");
    JsonNode verified = json(1, "verify", "--archive", url());
    JsonNode replaced = json(0, "retention", "--archive", url());

    assertThat(listed.at("/restorable/0/to").asText()).isEqualTo(SmallArchive.at(29).toString());
    assertThat(listed.at("/defects/0/where").asText()).isEqualTo(key);
    assertThat(verified.at("/clusters/0/defects/0/kind").asText()).isEqualTo("TOMBSTONE_CORRUPT");
    assertThat(verified.at("/clusters/0/defects/0/where").asText()).isEqualTo(key);
    assertThat(replaced.at("/clusters/0/decisions"))
        .anySatisfy(
            decision -> {
              assertThat(decision.at("/name").asText()).isEqualTo(key);
              assertThat(decision.at("/verdict").asText()).isEqualTo("REPLACE");
            });
    assertThat(json(0, "verify", "--archive", url()).at("/sound").asBoolean()).isTrue();
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
    assertThat(typed.run("retention", "--archive", url(), "--continuous", "1h", "--compact"))
        .isZero();
    assertThat(archive.segments())
        .allSatisfy(key -> assertThat(archive.bucket().resolve(key)).exists());
  }

  @Test
  void shouldKeepByHandWhatTheArchiversFileKeeps() throws IOException {
    archive.addSnapshot("other");
    Path file =
        Files.writeString(
            directory.resolve("archiver.properties"),
            String.join(
                "\n",
                "bootstrap.servers=broker:9092",
                "cluster=shop",
                "archive.url=" + url(),
                "retention.continuous.ms=604800000",
                "retention.grace.ms=7200000",
                "retention.compact=true"));

    JsonNode asTheFileSays = json(0, "retention", "--dry-run", "--config", file.toString());
    JsonNode asTyped =
        json(
            0,
            "retention",
            "--config",
            file.toString(),
            "--continuous",
            "36h",
            "--snapshots",
            "9d",
            "--no-compact",
            "--cluster",
            "other");

    assertThat(asTheFileSays.at("/policy").toString())
        .isEqualTo(
            "{'continuous':'PT168H','snapshots':'PT168H','grace':'PT2H','compact':true}"
                .replace('\'', '"'));
    assertThat(asTheFileSays.at("/clusters")).hasSize(1);
    assertThat(asTheFileSays.at("/clusters/0/cluster").asText()).isEqualTo("shop");
    assertThat(asTyped.at("/policy").toString())
        .isEqualTo(
            "{'continuous':'PT36H','snapshots':'PT216H','grace':'PT2H','compact':false}"
                .replace('\'', '"'));
    assertThat(asTyped.at("/clusters/0/cluster").asText()).isEqualTo("other");
    assertThat(typed.run("retention", "--dry-run", "--config", file.toString())).isZero();
    assertThat(typed.out())
        .contains("every moment of the last 7d, snapshots of 7d, a grace of 2h, with compaction");
  }

  @Test
  void shouldRefuseAnUnusableSettingOfRetention() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("archiver.properties"),
            "archive.url=" + url() + "\nretention.continuous.ms=a week\n");

    assertThat(typed.run("retention", "--config", file.toString())).isEqualTo(2);
    assertThat(typed.err()).contains("ARCHIVE_CONFIG_INVALID").contains("retention.continuous.ms");
  }

  @Test
  void shouldSayWhatIsWrongWithTheArchiveThatIsNamed() {
    assertThat(typed.run("list")).isEqualTo(2);
    assertThat(typed.err()).contains("ARCHIVE_CONFIG_INVALID").contains("--archive");
    assertThat(typed.run("list", "--archive", "file:" + directory.resolve("none"))).isEqualTo(2);
    assertThat(typed.err()).contains("ARCHIVE_NOT_FOUND");
    assertThat(typed.run("list", "--archive", url(), "--cluster", "other")).isEqualTo(2);
    assertThat(typed.err()).contains("Name one of: shop");
    assertThat(typed.run("retention", "--archive", url(), "--grace", "soon")).isEqualTo(2);
    assertThat(typed.err()).contains("'soon' is not a duration");
  }

  @Test
  void shouldPrintTheEntriesOfASegment() {
    String segment = archive.bucket().resolve(archive.segments().get(0)).toString();

    assertThat(typed.run("oplog", segment)).as(typed.err()).isZero();

    assertThat(typed.out().lines()).hasSize(10).allMatch(line -> line.contains("shop.orders"));
  }
}
