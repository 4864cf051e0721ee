package dev.tidemark.cli.archive;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemark.cli.console.Typed;
import dev.tidemark.oplog.optime.Optime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bases that lie outside the archive. */
class RegisteredSnapshotTest {

  private static final String LOCATION = "volume snapshot vol-17";

  @TempDir private Path directory;
  private SmallArchive archive;
  private final Typed typed = new Typed();

  @BeforeEach
  void fill() throws IOException {
    archive = new SmallArchive(directory);
  }

  private String url() {
    return "file:" + archive.bucket();
  }

  private int register(Optime at) {
    return typed.run(
        "snapshot",
        "--cluster",
        "shop",
        "--register",
        LOCATION,
        "--at",
        at.toString(),
        "--archive",
        url(),
        "--id",
        "disk",
        "--json");
  }

  private int materialize(Optime to) {
    return typed.run(
        "materialize",
        "--archive",
        url(),
        "--to",
        to.toString(),
        "--out",
        directory.resolve("out").toString(),
        "--json");
  }

  @Test
  void shouldListWhereARegisteredBaseLies() throws IOException {
    assertThat(register(SmallArchive.at(12))).as(typed.err()).isZero();
    assertThat(typed.json().path("end").asText()).isEqualTo(SmallArchive.at(12).toString());
    assertThat(typed.json().path("fetchStart").asText()).isEqualTo(SmallArchive.at(12).toString());

    assertThat(typed.run("list", "--archive", url(), "--json")).isZero();
    JsonNode disk = typed.json().at("/clusters/0/snapshots/1");
    assertThat(disk.path("kind").asText()).isEqualTo("REGISTERED");
    assertThat(disk.path("location").asText()).isEqualTo(LOCATION);
    assertThat(typed.run("list", "--archive", url())).isZero();
    assertThat(typed.out()).contains("outside the archive: " + LOCATION);
    assertThat(typed.run("verify", "--archive", url(), "--deep")).isZero();
  }

  @Test
  void shouldRestoreFromAnOlderSnapshotThatTheArchiveHolds() throws IOException {
    assertThat(register(SmallArchive.at(12))).as(typed.err()).isZero();

    assertThat(materialize(SmallArchive.at(17))).as(typed.err()).isZero();

    assertThat(typed.json().at("/plan/snapshotId").asText()).isEqualTo("monday");
  }

  @Test
  void shouldTellTheOperatorWhichBaseToBringBackWhenNothingElseLeadsThere() throws IOException {
    assertThat(register(SmallArchive.at(12))).as(typed.err()).isZero();
    Files.delete(archive.bucket().resolve(archive.segments().get(0)));

    assertThat(materialize(SmallArchive.at(17))).isEqualTo(2);

    assertThat(typed.json().at("/error/code").asText()).isEqualTo("ARCHIVE_TARGET_UNREACHABLE");
    assertThat(typed.json().at("/error/reason").asText()).contains("disk", LOCATION);
    assertThat(typed.json().at("/error/restorable")).isEmpty();
  }

  @Test
  void shouldRefuseABaseWhoseNewestEntryTheArchiveDoesNotHold() throws IOException {
    assertThat(register(SmallArchive.at(40))).isEqualTo(2);
    assertThat(typed.json().at("/error/code").asText()).isEqualTo("SNAPSHOT_REGISTER_FAILED");
    assertThat(typed.json().at("/error/remedy").asText()).contains("Wait until");

    assertThat(register(Optime.of(SmallArchive.BASE + 12, 2))).isEqualTo(2);
    assertThat(typed.json().at("/error/code").asText()).isEqualTo("SNAPSHOT_REGISTER_FAILED");
    assertThat(typed.json().at("/error/reason").asText()).contains(SmallArchive.at(12).toString());
  }

  @Test
  void shouldSayWhatIsMissingInOneLine() {
    assertThat(typed.run("snapshot", "--cluster", "shop", "--archive", url())).isEqualTo(2);
    assertThat(typed.err()).startsWith("error: one of --import and --register is needed");
    assertThat(typed.run("snapshot", "--cluster", "shop", "--archive", url(), "--register", "x"))
        .isEqualTo(2);
    assertThat(typed.err()).startsWith("error: --register needs --at");
  }
}
