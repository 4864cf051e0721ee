package dev.tidemark.archive.retention;

import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.store.ObjectContent;
import dev.tidemark.archive.store.ObjectInfo;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.PutCondition;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives each run of a cluster's retention to one of those that want to do it, by a conditional put
 * in the archive itself. Thread-safe.
 *
 * <p>Two runs at once would do no harm to what is kept, because every step may be done twice; they
 * would be work and noise.
 */
public final class RetentionTurns {

  /** Whoever has taken a turn for longer than this was killed. */
  static final Duration LONGEST_RUN = Duration.ofHours(6);

  private static final Logger log = LoggerFactory.getLogger(RetentionTurns.class);

  private final ObjectStore store;
  private final ObjectKeys keys;
  private final InstantSource clock;

  public RetentionTurns(ObjectStore store, ObjectKeys keys, InstantSource clock) {
    this.store = store;
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * Takes the turn that is due. Who has it already gets it again, so that a failed run can be
   * repeated.
   *
   * @param dueAt the time of the schedule
   * @param by who asks
   * @return empty if somebody else has it, has done it, or still does an earlier one
   */
  public Optional<RetentionTurn> take(Instant dueAt, String by) {
    Instant now = clock.instant();
    String key = keys.retentionTurn();
    // The etag first: if the turn changes before it is read, the put fails.
    Optional<ObjectInfo> old = store.head(key);
    Optional<RetentionTurn> last = old.flatMap(info -> read(key));
    if (last.isPresent() && isAnothers(last.get(), dueAt, by, now)) {
      return Optional.empty();
    }
    RetentionTurn turn = new RetentionTurn(dueAt, by, now, Optional.empty());
    PutCondition condition =
        old.map(info -> PutCondition.ifMatch(info.etag())).orElse(PutCondition.ifAbsent());
    boolean taken = store.put(key, ObjectContent.of(turn.encode()), condition).isStored();
    // If the answer to the put was lost, its repetition fails because of the first attempt.
    return taken || read(key).equals(Optional.of(turn)) ? Optional.of(turn) : Optional.empty();
  }

  private static boolean isAnothers(RetentionTurn last, Instant dueAt, String by, Instant now) {
    boolean ours = last.by().equals(by) && last.finishedAt().isEmpty();
    boolean running = last.finishedAt().isEmpty() && last.takenAt().plus(LONGEST_RUN).isAfter(now);
    boolean done = last.finishedAt().isPresent() && !last.dueAt().isBefore(dueAt);
    return !ours && (running || done);
  }

  /**
   * The turn that is noted; empty if that cannot be read, which must not end retention for good.
   */
  private Optional<RetentionTurn> read(String key) {
    try {
      return Optional.of(RetentionTurn.decode(store.read(key), store.location() + "/" + key));
    } catch (ArchiveException e) {
      if (!e.isDamage()) {
        throw e;
      }
      log.warn("Whose turn retention is cannot be read and is decided anew", e);
      return Optional.empty();
    }
  }

  /** Notes that the run of a turn is over. */
  public void finish(RetentionTurn turn) {
    store.put(
        keys.retentionTurn(),
        ObjectContent.of(turn.finished(clock.instant()).encode()),
        PutCondition.always());
  }
}
