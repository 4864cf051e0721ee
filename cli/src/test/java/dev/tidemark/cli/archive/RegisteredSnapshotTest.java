package dev.tidemark.cli.archive;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.cli.Tidemark;
import dev.tidemark.oplog.optime.Optime;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
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

  private JsonNode printed() throws IOException {
    return new ObjectMapper().readTree(out.toString());
  }

  private String url() {
    return "file:" + archive.bucket();
  }

  private int register(Optime at) {
    return run(
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
    return run(
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
    assertThat(register(SmallArchive.at(12))).as(err.toString()).isZero();
    assertThat(printed().path("end").asText()).isEqualTo(SmallArchive.at(12).toString());
    assertThat(printed().path("fetchStart").asText()).isEqualTo(SmallArchive.at(12).toString());

    assertThat(run("list", "--archive", url(), "--json")).isZero();
    JsonNode disk = printed().at("/clusters/0/snapshots/1");
    assertThat(disk.path("kind").asText()).isEqualTo("REGISTERED");
    assertThat(disk.path("location").asText()).isEqualTo(LOCATION);
    assertThat(run("list", "--archive", url())).isZero();
    assertThat(out.toString()).contains("outside the archive: " + LOCATION);
    assertThat(run("verify", "--archive", url(), "--deep")).isZero();
  }

  @Test
  void shouldRestoreFromAnOlderSnapshotThatTheArchiveHolds() throws IOException {
    assertThat(register(SmallArchive.at(12))).as(err.toString()).isZero();

    assertThat(materialize(SmallArchive.at(17))).as(err.toString()).isZero();

    assertThat(printed().at("/plan/snapshotId").asText()).isEqualTo("monday");
  }

  @Test
  void shouldTellTheOperatorWhichBaseToBringBackWhenNothingElseLeadsThere() throws IOException {
    assertThat(register(SmallArchive.at(12))).as(err.toString()).isZero();
    Files.delete(archive.bucket().resolve(archive.segments().get(0)));

    assertThat(materialize(SmallArchive.at(17))).isEqualTo(2);

    assertThat(printed().at("/error/code").asText()).isEqualTo("ARCHIVE_TARGET_UNREACHABLE");
    assertThat(printed().at("/error/reason").asText()).contains("disk", LOCATION);
    assertThat(printed().at("/error/restorable")).isEmpty();
  }

  @Test
  void shouldRefuseABaseWhoseNewestEntryTheArchiveDoesNotHold() throws IOException {
    assertThat(register(SmallArchive.at(40))).isEqualTo(2);
    assertThat(printed().at("/error/code").asText()).isEqualTo("SNAPSHOT_REGISTER_FAILED");
    assertThat(printed().at("/error/remedy").asText()).contains("Wait until");

    assertThat(register(Optime.of(SmallArchive.BASE + 12, 2))).isEqualTo(2);
    assertThat(printed().at("/error/code").asText()).isEqualTo("SNAPSHOT_REGISTER_FAILED");
    assertThat(printed().at("/error/reason").asText()).contains(SmallArchive.at(12).toString());
  }

  @Test
  void shouldSayWhatIsMissingInOneLine() {
    assertThat(run("snapshot", "--cluster", "shop", "--archive", url())).isEqualTo(2);
    assertThat(err.toString()).startsWith("error: one of --import and --register is needed");
    assertThat(run("snapshot", "--cluster", "shop", "--archive", url(), "--register", "x"))
        .isEqualTo(2);
    assertThat(err.toString()).startsWith("error: --register needs --at");
  }
}
