package dev.tidemark.tailer.reader;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.tailer.error.TailerError;
import dev.tidemark.tailer.member.Hello;
import dev.tidemark.tailer.member.Member;
import dev.tidemark.tailer.member.MemberFinder;
import dev.tidemark.tailer.member.SetId;
import dev.tidemark.tailer.position.SourcePartition;
import java.time.Duration;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether a member may still be believed: whether it belongs to the set that is captured,
 * and whether its majority-committed data is fresh. Used by the reading thread only.
 */
public final class MemberHealth {

  private static final Logger log = LoggerFactory.getLogger(MemberHealth.class);

  private static final long OLDEST_EVERY_MILLIS = 10_000;

  private final SourcePartition source;
  private final MemberFinder members;
  private final long maxLagMillis;
  private final long askEveryMillis;
  private final Time time;
  private long askedAt;
  private long askedOldestAt;
  private boolean lagging;
  private boolean left;
  private long leftAt;

  /**
   * @param maxLag largest distance of the majority-committed data from the member's clock
   * @param askEvery how old a member's word may be when a heartbeat is made of it
   */
  public MemberHealth(
      SourcePartition source, MemberFinder members, Duration maxLag, Duration askEvery, Time time) {
    this.source = source;
    this.members = members;
    this.maxLagMillis = maxLag.toMillis();
    this.askEveryMillis = askEvery.toMillis();
    this.time = time;
    this.askedAt = time.hiResClockMs();
    this.askedOldestAt = askedAt - OLDEST_EVERY_MILLIS;
  }

  /**
   * Requires the member to be of the captured set, not only of one with the same name.
   *
   * @throws TidemarkException {@code TAILER_SET_CHANGED}
   */
  void requireSameSet(Member member) {
    String id = SetId.read(member);
    if (!id.equals(source.setId())) {
      throw new TidemarkException(
          TailerError.TAILER_SET_CHANGED,
          "the replica set has the id " + id + ", but " + source.setId() + " was captured so far",
          where(member),
          "If the set was initiated anew, delete and create the connector under another name;"
              + " if the address leads elsewhere, correct mongodb.uri");
    }
  }

  /** Asks a member for its state. */
  Hello ask(Member member) {
    askedAt = time.hiResClockMs();
    return member.hello();
  }

  /** Whether the member's last word is too old to be repeated. */
  boolean isDue() {
    return time.hiResClockMs() - askedAt >= askEveryMillis;
  }

  /** Whether it is time to look where the oplog begins; the answer yes is given once. */
  boolean isOldestDue() {
    long now = time.hiResClockMs();
    boolean due = now - askedOldestAt >= OLDEST_EVERY_MILLIS;
    if (due) {
      askedOldestAt = now;
    }
    return due;
  }

  /**
   * Requires that there is no better member to read: none with fresher data if this one lags, and
   * none that is preferred if this one no longer is. What it delivers meanwhile does not matter: a
   * member that is always busy with old entries lags all the same.
   *
   * @throws TidemarkException {@code TAILER_MEMBER_BEHIND} or {@code TAILER_MEMBER_UNSUITABLE} if
   *     there is; not again before a while has passed, so that members that lag are not read in
   *     turns
   */
  void requireBest(Hello hello, Member member) {
    if (!members.mayRead(hello.primary())) {
      throw unsuitable(hello, member);
    }
    long now = time.hiResClockMs();
    if (left && now - leftAt < maxLagMillis) {
      return;
    }
    if (lags(hello) && members.hasFresher(member.address(), hello.majorityDate() + maxLagMillis)) {
      leave(now);
      throw new TidemarkException(
          TailerError.TAILER_MEMBER_BEHIND,
          "the member's majority-committed data is "
              + hello.majorityLagMillis()
              + " ms behind its clock",
          where(member),
          "Another member is read; check this one's replication");
    }
    if (members.hasPreferred(
        member.address(), hello.primary(), hello.majorityDate() - maxLagMillis)) {
      leave(now);
      throw unsuitable(hello, member);
    }
  }

  private TidemarkException unsuitable(Hello hello, Member member) {
    return new TidemarkException(
        TailerError.TAILER_MEMBER_UNSUITABLE,
        "the member is " + (hello.primary() ? "the primary" : "a secondary"),
        where(member),
        "Another member is read, as member.preference says");
  }

  private void leave(long now) {
    left = true;
    leftAt = now;
  }

  private boolean lags(Hello hello) {
    return hello.majorityLagMillis() > maxLagMillis;
  }

  private String where(Member member) {
    return "replica set " + source.replicaSet() + ", member " + member;
  }

  /**
   * Whether a heartbeat may be made of the member's word. A member whose data is old may be cut off
   * from the majority, and says nothing about what the set has committed.
   */
  boolean mayBeat(Hello hello, Member member) {
    if (!lags(hello)) {
      lagging = false;
      return true;
    }
    if (!lagging) {
      lagging = true;
      log.warn(
          "Replica set {}: the majority-committed data of {} is {} ms behind its clock: no"
              + " heartbeats until it is not, or a fresher member is read",
          source.replicaSet(),
          member,
          hello.majorityLagMillis());
    }
    return false;
  }
}
