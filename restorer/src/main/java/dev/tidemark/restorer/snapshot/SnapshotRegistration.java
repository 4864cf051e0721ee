package dev.tidemark.restorer.snapshot;

import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.snapshot.SnapshotCatalogue;
import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.snapshot.SnapshotSetManifest;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.schemas.archive.SnapshotKind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.utils.Time;

/**
 * Makes a base known that lies outside the archive, such as a snapshot of a member's disk: a
 * manifest that names the place, the replica set and the newest entry that the base holds.
 */
public final class SnapshotRegistration {

  private final ArchiveIndex index;
  private final Time time;

  public SnapshotRegistration(ArchiveIndex index, Time time) {
    this.index = index;
    this.time = time;
  }

  /**
   * Registers a base.
   *
   * @param location where it lies, in the operator's words
   * @param setName its replica set, by name or id; may be empty if the archive holds one set only
   * @param moment the newest entry that it holds
   * @return its manifest, which is stored
   * @throws TidemarkException SNAPSHOT_REGISTER_FAILED if the archive does not hold that entry, or
   *     the set is not clear
   */
  public SnapshotManifest register(
      String snapshotId, String location, Optional<String> setName, Optime moment) {
    Instant now = Instant.ofEpochMilli(time.milliseconds());
    ReplicaSetRef set = set(setName);
    Optime fetchStart =
        ArchivedMoment.of(index, set, moment, RestorerError.SNAPSHOT_REGISTER_FAILED).fetchStart();
    SnapshotManifest manifest =
        new SnapshotManifest(
            snapshotId,
            index.keys().cluster(),
            SnapshotKind.REGISTERED,
            now,
            now,
            List.of(
                new SnapshotSetManifest(
                    set, "", "", "", fetchStart, moment, moment, List.of(), Optional.empty())),
            Optional.of(location));
    new SnapshotCatalogue(index.store(), index.keys()).complete(manifest);
    return manifest;
  }

  private ReplicaSetRef set(Optional<String> name) {
    List<ReplicaSetRef> named =
        index.sets().stream()
            .filter(
                set -> name.map(n -> set.name().equals(n) || set.setId().equals(n)).orElse(true))
            .toList();
    if (named.size() != 1) {
      throw failed(
          named.isEmpty() ? "the archive holds no such replica set" : "several sets are meant",
          "Name one of them: " + index.sets());
    }
    return named.get(0);
  }

  private TidemarkException failed(String reason, String remedy) {
    return new TidemarkException(
        RestorerError.SNAPSHOT_REGISTER_FAILED,
        reason,
        index.store().location() + ", cluster " + index.keys().cluster(),
        remedy);
  }
}
