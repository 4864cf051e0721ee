package dev.tidemark.embedded.mongo.command;

import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.oplog.OplogStore;
import dev.tidemark.embedded.mongo.wire.CommandFailure;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** A change stream: majority-committed entries as events, through the rest of the pipeline. */
final class ChangeStreamCursor extends Cursor {

  // An entry that the pipeline drops costs an answer nothing; so many are looked at for one batch.
  private static final int CHUNK = 2_000;
  private static final Set<String> INTERNAL = Set.of("admin", "config", "local");

  private final OplogStore oplog;
  private final String namespace;
  private final UnaryOperator<List<RawDocument>> pipeline;
  private final Deque<RawDocument> ready = new ArrayDeque<>();
  private long position;
  private RawDocument newest;

  /**
   * @param namespace what is watched, as the reply names it: {@code db.coll}, {@code
   *     db.$cmd.aggregate} or {@code admin.$cmd.aggregate} for everything
   * @param after optime behind which the stream begins
   * @param pipeline the stages behind {@code $changeStream}
   */
  ChangeStreamCursor(
      OplogStore oplog, String namespace, long after, UnaryOperator<List<RawDocument>> pipeline) {
    this.oplog = oplog;
    this.namespace = namespace;
    this.position = after;
    this.pipeline = pipeline;
    this.newest = ChangeEvents.token(after);
  }

  @Override
  List<RawDocument> batch(int size) {
    if (oplog.hasRolledPast(position)) {
      throw new CommandFailure(
          286,
          "ChangeStreamHistoryLost",
          "Resume of change stream was not possible, as the resume point may no longer be in the"
              + " oplog.");
    }
    int wanted = size == 0 ? CHUNK : size;
    while (ready.size() < wanted) {
      List<RawDocument> events = new ArrayList<>();
      boolean more = read(events);
      ready.addAll(pipeline.apply(events));
      if (!more) {
        break;
      }
    }
    List<RawDocument> batch = take(new Draining(), wanted);
    newest =
        ready.isEmpty() || batch.isEmpty()
            ? ChangeEvents.token(position)
            : batch.get(batch.size() - 1).document("_id").detached();
    return batch;
  }

  /** Reads a chunk; returns whether there may be more. */
  private boolean read(List<RawDocument> events) {
    for (int i = 0; i < CHUNK; i++) {
      Map.Entry<Long, RawDocument> entry = oplog.next(position, true);
      if (entry == null) {
        return false;
      }
      position = entry.getKey();
      if (isWatched(ChangeEvents.namespace(entry.getValue()))) {
        RawDocument event = ChangeEvents.of(entry.getValue());
        if (event != null) {
          events.add(event);
        }
      }
    }
    return true;
  }

  private boolean isWatched(String of) {
    int dot = of.indexOf('.');
    if (dot < 0 || of.startsWith("system.", dot + 1)) {
      return false;
    }
    String database = of.substring(0, dot);
    if (namespace.equals("admin.$cmd.aggregate")) {
      return !INTERNAL.contains(database);
    }
    return namespace.endsWith(".$cmd.aggregate")
        ? namespace.equals(database + ".$cmd.aggregate")
        : namespace.equals(of);
  }

  private final class Draining implements Iterator<RawDocument> {
    @Override
    public boolean hasNext() {
      return !ready.isEmpty();
    }

    @Override
    public RawDocument next() {
      return ready.removeFirst();
    }
  }

  @Override
  void await(long millis, OplogStore.Interrupt interrupt) throws InterruptedException {
    oplog.await(position, true, Duration.ofMillis(millis), interrupt);
  }

  @Override
  RawDocument resumeToken() {
    return newest;
  }

  @Override
  boolean isExhausted() {
    return false;
  }

  @Override
  String namespace() {
    return namespace;
  }
}
