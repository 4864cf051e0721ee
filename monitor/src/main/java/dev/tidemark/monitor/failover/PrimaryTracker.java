package dev.tidemark.monitor.failover;

import dev.tidemark.monitor.failover.Sighting.Answer;
import dev.tidemark.monitor.failover.Sighting.SteppedDown;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides when a primary is lost and when there is a new one.
 *
 * <p>One look without an answer means nothing; several in a row, or the primary's own word, mean
 * that it is lost. A member that says it is primary is believed only if its term is higher than the
 * last one known, or if it is the last one known: a primary that was cut off may not have heard of
 * its successor. The terms of a set that was initiated anew begin again, which its id shows. Not
 * thread-safe.
 */
public final class PrimaryTracker {

  /** The step from the first unanswered look to the certainty that the primary is lost. */
  public static final String DETECT = "detect";

  /** The step from there to a verified primary. */
  public static final String ELECT = "elect";

  private final int silencesNeeded;
  private final Duration electionTimeout;
  private Primary known;
  private int silences;
  private Instant silentSince;
  private Instant lostAt;
  private long detectMillis;
  private boolean timedOut;

  /**
   * @param silencesNeeded looks in a row without an answer after which the primary is lost
   * @param electionTimeout how long an election may take
   */
  public PrimaryTracker(int silencesNeeded, Duration electionTimeout) {
    this.silencesNeeded = silencesNeeded;
    this.electionTimeout = electionTimeout;
  }

  /** Takes note of what was seen, and says what changed. */
  public List<Transition> observe(Sighting sighting, Instant now) {
    List<Transition> changes = new ArrayList<>();
    if (sighting instanceof Answer answer && isCredible(answer.primary())) {
      answered(answer.primary(), now, changes);
    } else {
      missing(sighting instanceof SteppedDown, now, changes);
    }
    if (lostAt != null && !timedOut && !now.isBefore(lostAt.plus(electionTimeout))) {
      timedOut = true;
      changes.add(new Transition.TimedOut(known, steps(now)));
    }
    return changes;
  }

  private boolean isCredible(Primary primary) {
    return known == null
        || primary.isOfAnotherSet(known)
        || primary.term() > known.term()
        || primary.isSame(known);
  }

  private void answered(Primary primary, Instant now, List<Transition> changes) {
    Primary before = known;
    known = primary;
    if (lostAt != null) {
      changes.add(
          before != null && primary.isSame(before)
              ? new Transition.Returned(primary, steps(now))
              : new Transition.Elected(primary, before, steps(now)));
    } else if (before == null) {
      changes.add(new Transition.Met(primary, Map.of()));
    } else if (!primary.isSame(before)) {
      // The election was over before anybody missed the old primary.
      changes.add(new Transition.Elected(primary, before, Map.of()));
    }
    silences = 0;
    silentSince = null;
    lostAt = null;
    timedOut = false;
  }

  private void missing(boolean certain, Instant now, List<Transition> changes) {
    if (lostAt != null) {
      return;
    }
    silences++;
    if (silentSince == null) {
      silentSince = now;
    }
    if (certain || silences >= silencesNeeded) {
      lostAt = now;
      detectMillis = Duration.between(silentSince, now).toMillis();
      changes.add(new Transition.Lost(known, Map.of(DETECT, detectMillis)));
    }
  }

  private Map<String, Long> steps(Instant now) {
    Map<String, Long> steps = new LinkedHashMap<>();
    steps.put(DETECT, detectMillis);
    steps.put(ELECT, Duration.between(lostAt, now).toMillis());
    return steps;
  }

  /** The last verified primary; null if there was none yet. */
  public Primary known() {
    return known;
  }
}
