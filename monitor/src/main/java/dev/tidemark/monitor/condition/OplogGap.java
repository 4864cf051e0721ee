package dev.tidemark.monitor.condition;

import dev.tidemark.monitor.alert.AlertCode;
import dev.tidemark.monitor.alert.Assessment;
import dev.tidemark.monitor.observation.Backups;
import dev.tidemark.monitor.observation.OplogProgress;
import dev.tidemark.monitor.observation.SetProgress;
import dev.tidemark.oplog.optime.Optime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether entries were lost after which no snapshot was taken yet.
 *
 * @param progress tells the gaps
 * @param backups what bridges them: a snapshot whose needed entries all lie behind the gap
 */
public record OplogGap(OplogProgress progress, Backups backups) implements Condition {

  @Override
  public List<Assessment> assess(Instant now) {
    List<Assessment> found = new ArrayList<>();
    for (SetProgress set : progress.sets()) {
      set.gap().ifPresent(gap -> found.add(assess(set, gap)));
    }
    return found;
  }

  private Assessment assess(SetProgress set, Optime gap) {
    boolean bridged =
        backups.all().stream()
            .flatMap(snapshot -> snapshot.getSets().stream())
            .filter(part -> part.getSetId().equals(set.set().setId()))
            .anyMatch(part -> !new Optime(part.getFetchStartTs()).isBefore(gap));
    return Limit.flag(
        AlertCode.OPLOG_GAP,
        set.set().toString(),
        !bridged,
        bridged
            ? "Replica set " + set.set() + " has a snapshot behind the gap before " + gap
            : "Entries of replica set %s before %s were lost at the source"
                .formatted(set.set(), gap));
  }
}
