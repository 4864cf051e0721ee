package dev.tidemark.cli.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.cli.console.Typed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaterializeFromArchiveTest {

  @TempDir private Path directory;
  private SmallArchive archive;
  private Path result;
  private final Typed typed = new Typed();

  @BeforeEach
  void fill() throws IOException {
    archive = new SmallArchive(directory);
    result = directory.resolve("result");
  }

  private int materialize(String to, String... more) {
    String[] args = {
      "materialize",
      "--json",
      "--archive",
      "file:" + archive.bucket(),
      "--to",
      to,
      "--out",
      result.toString()
    };
    String[] all = new String[args.length + more.length];
    System.arraycopy(args, 0, all, 0, args.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return typed.run(all);
  }

  @Test
  void shouldApplyEverythingUpToAnOptimeAndNothingAfterIt() throws IOException {
    assertThat(materialize(SmallArchive.at(17).toString())).as(typed.err()).isZero();

    assertThat(typed.json().at("/namespaces/shop.orders/count").asLong()).isEqualTo(16);
    assertThat(typed.json().at("/plan/snapshotId").asText()).isEqualTo("monday");
    assertThat(result.resolve("shop/orders.bson")).exists();
  }

  @Test
  void shouldTakeTheEndOfTheArchiveForTheLatestMoment() throws IOException {
    assertThat(materialize("latest")).as(typed.err()).isZero();

    assertThat(typed.json().at("/target").asText()).isEqualTo(SmallArchive.at(29).toString());
  }

  @Test
  void shouldSelectAndRenameAsARestoreDoes() throws IOException {
    assertThat(materialize("latest", "--rename", "shop.orders=old.kept")).isZero();
    assertThat(result.resolve("old/kept.bson")).exists();

    assertThat(materialize("latest", "--include", "shop.nothing")).isEqualTo(2);
    assertThat(typed.json().at("/error/code").asText()).isEqualTo("DUMP_EXISTS");

    result = directory.resolve("second");
    assertThat(materialize("latest", "--include", "shop.nothing")).isEqualTo(2);
    assertThat(typed.json().at("/error/code").asText()).isEqualTo("REQUEST_UNKNOWN_NAMESPACE");
    assertThat(result).doesNotExist();
  }

  @Test
  void shouldOnlyTellThePlanOfADryRun() throws IOException {
    assertThat(materialize("latest", "--dry-run")).as(typed.err()).isZero();

    assertThat(typed.json().at("/resolved").asText()).isEqualTo(SmallArchive.at(29).toString());
    assertThat(typed.json().at("/segments").asLong()).isEqualTo(3);
    assertThat(result).doesNotExist();
  }

  @Test
  void shouldLeaveOutWhatIsSkippedAndTellOfIt() throws IOException {
    String range = SmallArchive.at(10) + ".." + SmallArchive.at(12) + " shop.orders i";
    assertThat(materialize("latest", "--skip", range, "--dry-run")).as(typed.err()).isZero();

    assertThat(typed.json().at("/undo/operations/0/count").asLong()).isEqualTo(3);
    assertThat(result).doesNotExist();

    assertThat(materialize("latest", "--skip", range + "," + SmallArchive.at(29)))
        .as(typed.err())
        .isZero();

    assertThat(typed.json().at("/namespaces/shop.orders/count").asLong()).isEqualTo(28 - 4);
    assertThat(typed.json().at("/undo/operations/1/rule").asText())
        .isEqualTo(SmallArchive.at(29).toString());
    assertThat(typed.err())
        .contains("left out: 3 insert of shop.orders", "left out: 1 insert of shop.orders");
  }

  @Test
  void shouldRefuseToSkipWhatTheSnapshotMayShow() throws IOException {
    assertThat(materialize("latest", "--skip", SmallArchive.at(4).toString())).isEqualTo(2);

    assertThat(typed.json().at("/error/code").asText()).isEqualTo("ARCHIVE_TARGET_UNREACHABLE");
    assertThat(typed.err()).contains("an earlier snapshot is needed");
  }

  @Test
  void shouldTellWhatCanBeRestoredWhenASegmentIsMissing() throws IOException {
    Files.delete(archive.bucket().resolve(archive.segments().get(1)));

    assertThat(materialize(SmallArchive.at(25).toString())).isEqualTo(2);

    assertThat(typed.json().at("/error/code").asText()).isEqualTo("ARCHIVE_TARGET_UNREACHABLE");
    assertThat(typed.json().at("/error/restorable/0/from").asText())
        .isEqualTo(SmallArchive.at(5).toString());
    assertThat(typed.json().at("/error/restorable/0/to").asText())
        .isEqualTo(SmallArchive.at(9).toString());
    assertThat(result).doesNotExist();
  }

  @Test
  void shouldRefuseAMomentBeforeTheEndOfTheFirstSnapshot() throws IOException {
    assertThat(materialize(SmallArchive.at(3).toString())).isEqualTo(2);

    assertThat(typed.json().at("/error/code").asText()).isEqualTo("ARCHIVE_TARGET_UNREACHABLE");
    assertThat(typed.err()).hasLineCount(1).contains("ends at " + SmallArchive.at(5));
  }

  @Test
  void shouldAskWhichClusterIsMeantWhenThereAreSeveral() throws IOException {
    archive.addSnapshot("other");

    assertThat(materialize("latest")).isEqualTo(2);
    assertThat(typed.json().at("/error/code").asText()).isEqualTo("ARCHIVE_CLUSTER_UNKNOWN");
    assertThat(typed.err()).contains("other", "shop");

    assertThat(materialize("latest", "--cluster", "shop")).as(typed.err()).isZero();
  }

  @Test
  void shouldWriteADumpOfEveryReplicaSetOfACluster() throws IOException {
    archive = SmallArchive.ofTwoSets(directory.resolve("cluster"));

    assertThat(materialize(SmallArchive.at(17).toString(), "--rename", "shop.orders=old.kept"))
        .as(typed.err())
        .isZero();

    for (String set : List.of("rs0", "rs1")) {
      assertThat(typed.json().at("/shards/" + set + "/namespaces/old.kept/count").asLong())
          .isEqualTo(16);
      assertThat(typed.json().at("/shards/" + set + "/out").asText())
          .isEqualTo(result.resolve(set).toString());
      assertThat(result.resolve(set).resolve("old/kept.bson")).exists();
    }
    assertThat(typed.json().at("/plan/entries").asLong()).isEqualTo(40);
  }

  @Test
  void shouldLeaveOutOfTheReplicaSetThatIsNamedAndAskForItsNameWhereSeveralMayBeMeant()
      throws IOException {
    archive = SmallArchive.ofTwoSets(directory.resolve("cluster"));
    String skipped = SmallArchive.at(10).toString();

    assertThat(materialize("latest", "--skip", skipped)).isEqualTo(2);
    assertThat(typed.json().at("/error/code").asText()).isEqualTo("UNDO_REFUSED");
    assertThat(typed.err()).contains("rs0:" + skipped + " or rs1:" + skipped);
    assertThat(result).doesNotExist();

    assertThat(materialize("latest", "--skip", "rs1:" + skipped, "--dry-run")).isZero();
    assertThat(typed.json().at("/undo/operations/0/replicaSet").asText()).isEqualTo("rs1");

    assertThat(materialize("latest", "--skip", "rs1:" + skipped)).as(typed.err()).isZero();
    assertThat(typed.json().at("/shards/rs0/namespaces/shop.orders/count").asLong()).isEqualTo(28);
    assertThat(typed.json().at("/shards/rs1/namespaces/shop.orders/count").asLong()).isEqualTo(27);
  }

  @Test
  void shouldRefuseFilesBesideAnArchive() {
    assertThat(materialize("latest", "--dump", directory.toString())).isEqualTo(2);
    assertThat(typed.err()).contains("--archive brings everything");
  }
}
