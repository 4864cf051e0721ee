package dev.tidemark.embedded.mongo.command;

import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.oplog.OplogStore;
import dev.tidemark.embedded.mongo.wire.CommandFailure;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A forward scan of {@code local.oplog.rs}, tailable or not. A tailable scan that finds nothing to
 * stand on is dead at once, and one whose place has been overwritten dies with CappedPositionLost.
 */
final class OplogCursor extends Cursor {

  private final OplogStore oplog;
  private final Bounds bounds;
  private final Predicate<RawDocument> filter;
  private final UnaryOperator<RawDocument> projection;
  private final boolean tailable;
  private long position;
  private boolean placed;
  private boolean finished;
  private int left;

  /**
   * @param from first optime to read
   * @param to last optime to read
   * @param majority whether to stop at the majority point
   */
  record Bounds(long from, long to, boolean majority) {}

  OplogCursor(
      OplogStore oplog,
      Bounds bounds,
      Predicate<RawDocument> filter,
      UnaryOperator<RawDocument> projection,
      boolean tailable,
      int limit) {
    this.projection = projection;
    this.oplog = oplog;
    this.bounds = bounds;
    this.filter = filter;
    this.tailable = tailable;
    this.left = limit == 0 ? Integer.MAX_VALUE : limit;
  }

  @Override
  List<RawDocument> batch(int size) {
    if (placed && oplog.hasRolledPast(position)) {
      throw new CommandFailure(
          136, "CappedPositionLost", "CollectionScan died: position in the oplog was deleted");
    }
    List<RawDocument> batch = take(new Entries(), size);
    if ((!placed && tailable) || left == 0) {
      finished = true;
    }
    return batch;
  }

  private final class Entries implements Iterator<RawDocument> {
    private RawDocument next;

    @Override
    public boolean hasNext() {
      while (next == null && left > 0) {
        Map.Entry<Long, RawDocument> entry =
            placed
                ? oplog.next(position, bounds.majority())
                : oplog.from(bounds.from(), bounds.majority());
        if (entry == null || Long.compareUnsigned(entry.getKey(), bounds.to()) > 0) {
          finished |= !tailable || entry != null;
          return false;
        }
        position = entry.getKey();
        placed = true;
        if (filter.test(entry.getValue())) {
          next = entry.getValue();
          left--;
        }
      }
      return next != null;
    }

    @Override
    public RawDocument next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      RawDocument entry = next;
      next = null;
      return projection.apply(entry);
    }
  }

  @Override
  void await(long millis, OplogStore.Interrupt interrupt) throws InterruptedException {
    oplog.await(position, bounds.majority(), Duration.ofMillis(millis), interrupt);
  }

  @Override
  boolean isExhausted() {
    return finished;
  }

  @Override
  String namespace() {
    return "local.oplog.rs";
  }
}
