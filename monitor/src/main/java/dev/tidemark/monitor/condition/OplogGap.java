package dev.tidemark.monitor.condition;

import dev.tidemark.monitor.alert.AlertCode;
import dev.tidemark.monitor.alert.Assessment;
import dev.tidemark.monitor.observation.Backups;
import dev.tidemark.monitor.observation.OplogProgress;
import dev.tidemark.monitor.observation.SetProgress;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SnapshotSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whether entries are missing after which no snapshot was taken yet: some were lost at the source,
 * or the capture began only after the newest snapshot.
 *
 * @param progress tells the gaps and beginnings
 * @param backups what bridges them: a snapshot whose needed entries all lie behind
 */
public record OplogGap(OplogProgress progress, Backups backups) implements Condition {

  @Override
  public List<Assessment> assess(Instant now) {
    List<Assessment> found = new ArrayList<>();
    for (SetProgress set : progress.sets()) {
      Optime gap = set.gap().orElse(Optime.ZERO);
      Optime beginning = set.beginning().orElse(Optime.ZERO);
      if (gap.isAfter(beginning)) {
        found.add(assess(set, gap, "Entries of replica set %s before %s were lost at the source"));
      } else if (snapshots(set).findAny().isPresent() && beginning.isAfter(Optime.ZERO)) {
        // Without any snapshot there is another alert.
        found.add(
            assess(
                set,
                beginning,
                "The capture of replica set %s began at %s, after its newest snapshot"));
      }
    }
    return found;
  }

  private Stream<SnapshotSet> snapshots(SetProgress set) {
    return backups.all().stream()
        .flatMap(snapshot -> snapshot.getSets().stream())
        .filter(part -> part.getSetId().equals(set.set().setId()));
  }

  private Assessment assess(SetProgress set, Optime held, String missing) {
    boolean bridged =
        snapshots(set).anyMatch(part -> !new Optime(part.getFetchStartTs()).isBefore(held));
    return Limit.flag(
        AlertCode.OPLOG_GAP,
        set.set().toString(),
        !bridged,
        bridged
            ? "Replica set " + set.set() + " has a snapshot behind " + held
            : missing.formatted(set.set(), held));
  }
}
