package dev.tidemark.monitor.condition;

import dev.tidemark.monitor.alert.AlertCode;
import dev.tidemark.monitor.alert.Assessment;
import dev.tidemark.monitor.observation.OplogProgress;
import dev.tidemark.monitor.source.OplogWindow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Whether the capture of each replica set could stand still for long enough.
 *
 * @param windows what the sources' oplogs hold
 * @param progress what was captured
 * @param minimum the limit in seconds
 */
public record OplogHeadroom(
    Supplier<List<OplogWindow>> windows, OplogProgress progress, Limit minimum)
    implements Condition {

  @Override
  public List<Assessment> assess(Instant now) {
    List<Assessment> found = new ArrayList<>();
    for (OplogWindow window : windows.get()) {
      // By the id: another cluster's set, or the one before in this place, may have the same name.
      progress
          .find(window.set().setId())
          .map(set -> assess(window, window.headroom(set.newestEntry())))
          .ifPresent(found::add);
    }
    return found;
  }

  private Assessment assess(OplogWindow window, double seconds) {
    String message;
    if (seconds < 0) {
      message = "The position of the capture is gone from the oplog of cluster " + window.cluster();
    } else if (Double.isInfinite(seconds)) {
      message = "The oplog of cluster " + window.cluster() + " has room, nothing leaves it";
    } else {
      message =
          "The oplog of cluster %s holds what is needed for %s; at least %s are wanted"
              .formatted(window.cluster(), Limit.time(seconds), Limit.time(minimum.threshold()));
    }
    return minimum.atLeast(AlertCode.OPLOG_WINDOW_SHORT, window.cluster(), seconds, message);
  }
}
