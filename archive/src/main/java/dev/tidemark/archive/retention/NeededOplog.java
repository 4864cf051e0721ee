package dev.tidemark.archive.retention;

import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.snapshot.SnapshotSetManifest;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which segments of a replica set the kept moments need, and why. */
final class NeededOplog {

  private record Need(Optime from, Optime to, String reason) {}

  private final List<Need> needs = new ArrayList<>();

  NeededOplog(KeptSnapshots kept, ReplicaSetRef set, ContinuousWindow window) {
    needs.add(
        new Need(
            Optime.of(Math.max(0, window.start().getEpochSecond()), 0),
            Optime.MAX,
            "they lie in " + window.describe()));
    if (!kept.anyGood()) {
      needs.add(
          new Need(Optime.ZERO, Optime.MAX, "there is no good snapshot that would replace them"));
    }
    for (SnapshotManifest snapshot : kept.kept()) {
      Optional<SnapshotSetManifest> part = snapshot.set(set);
      if (part.isEmpty()) {
        continue;
      }
      if (kept.rollsForward(snapshot)) {
        needs.add(
            new Need(
                part.get().fetchStart(),
                Optime.MAX,
                "they lead from snapshot " + snapshot.snapshotId() + " to " + window.describe()));
      } else if (part.get().oplog().isEmpty()) {
        needs.add(
            new Need(
                part.get().fetchStart(),
                part.get().end(),
                "snapshot " + snapshot.snapshotId() + " needs them to be restorable at its END"));
      }
    }
  }

  /** Why a segment is needed; empty if it is not. */
  Optional<String> reason(SegmentIndexEntry segment) {
    return reason(new Optime(segment.getFirstTs()), new Optime(segment.getLastTs()));
  }

  /** Why entries between two optimes are needed, both included; empty if they are not. */
  Optional<String> reason(Optime first, Optime last) {
    return needs.stream()
        .filter(need -> !last.isBefore(need.from()) && !first.isAfter(need.to()))
        .map(Need::reason)
        .findFirst();
  }
}
