package dev.tidemark.restorer.merge;

import dev.tidemark.archive.dump.SnapshotTimes;
import java.io.Closeable;
import java.util.List;
import java.util.Optional;

/** The snapshot that a restore starts from. Open until it is closed; safe for several threads. */
public interface Base extends Closeable {

  /** Where it lies, for messages. */
  String location();

  /**
   * Between which optimes it was read. Empty if nothing says so: then it counts as read within the
   * entries that are replayed, and whether it is complete at the target cannot be checked.
   */
  Optional<SnapshotTimes> times();

  /** Its collections, views and time-series collections. Names may occur twice, under two UUIDs. */
  List<BaseCollection> collections();
}
