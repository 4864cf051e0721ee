package dev.tidemark.tailer.cursor;

import com.mongodb.ServerAddress;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.tailer.cursor.Opening.Marker;
import dev.tidemark.tailer.error.TailerError;
import dev.tidemark.tailer.member.Answer;
import dev.tidemark.tailer.member.Member;
import dev.tidemark.tailer.member.MemberFinder;
import dev.tidemark.tailer.position.SourceOffset;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Opens a cursor where capture has to go on, and says so if that is impossible. Every way to a
 * cursor leads through here, so that no entry is skipped without a marker.
 */
public final class OplogOpener {

  private final String replicaSet;
  private final Optime start;
  private final boolean continuesAfterGap;
  private final Duration await;
  private final MemberFinder members;

  /**
   * @param start where capture begins without a position, {@link Optime#ZERO} for the oldest entry;
   *     null if there is a position
   * @param continuesAfterGap whether it goes on after entries were lost
   * @param await how long a read waits for an entry
   * @param members where other members are asked before anything counts as lost
   */
  public OplogOpener(
      String replicaSet,
      Optime start,
      boolean continuesAfterGap,
      Duration await,
      MemberFinder members) {
    this.replicaSet = replicaSet;
    this.start = start;
    this.continuesAfterGap = continuesAfterGap;
    this.await = await;
    this.members = members;
  }

  /**
   * Opens a cursor behind the position.
   *
   * @param position the newest event, or null if there is none yet
   * @throws TidemarkException {@code TAILER_OPLOG_DIVERGED}, {@code TAILER_OPLOG_GAP}, {@code
   *     TAILER_START_GONE}, {@code TAILER_MEMBER_BEHIND}, {@code TAILER_MEMBER_UNSUITABLE} if
   *     another member's oplog reaches back further, which is then the one to be found next
   */
  public Opening open(Member member, SourceOffset position) throws InterruptedException {
    return position == null ? start(member) : resume(member, position);
  }

  private Opening start(Member member) throws InterruptedException {
    Optime oldest = Oplog.oldest(member);
    OplogCursor cursor = OplogCursor.open(member, start, await);
    return keepIfReturned(
        cursor,
        () -> {
          if (cursor.first().isEmpty()) {
            throw behind(member, start);
          }
          if (oldest.isAfter(start)) {
            String others = requireNoneReachesFurther(member, start, oldest);
            if (!start.equals(Optime.ZERO)) {
              throw startGone(oldest, others);
            }
          }
          return new Opening(cursor, Marker.START, cursor.first(), null);
        });
  }

  private Opening resume(Member member, SourceOffset position) throws InterruptedException {
    Optime before = Oplog.oldest(member);
    OplogCursor cursor = OplogCursor.open(member, position.optime(), await);
    return keepIfReturned(
        cursor,
        () -> {
          List<BsonSlice> entries = cursor.first();
          Optional<EntryIdentity> first = entries.stream().findFirst().map(EntryIdentity::of);
          Optime after = Oplog.oldest(member);
          return switch (ResumeCheck.judge(position, first, before, after)) {
            case RESUMED -> resumed(cursor, position, entries);
            case GAP -> gap(cursor, position, first.orElseThrow());
            case DIVERGED -> throw diverged(member, position, first.orElseThrow());
            case BEHIND -> throw behind(member, position.optime());
            case UNDECIDED ->
                throw new TidemarkException(
                    TailerError.TAILER_CURSOR_LOST,
                    "the oplog was truncated while the position was checked",
                    where(),
                    "It is checked again");
          };
        });
  }

  private static Opening resumed(
      OplogCursor cursor, SourceOffset position, List<BsonSlice> entries) {
    return switch (position.state()) {
      case ENTRY -> Opening.resumed(cursor, entries.subList(1, entries.size()));
      case START -> Opening.resumed(cursor, entries);
      // The marker said that what follows is lost, but this member holds it: readers take the
      // marker back when they meet the entry that follows the one before it.
      case GAP -> Opening.resumed(cursor, entries.subList(1, entries.size()));
    };
  }

  private Opening gap(OplogCursor cursor, SourceOffset position, EntryIdentity first)
      throws InterruptedException {
    String others = requireNoneReachesFurther(cursor.member(), position.optime(), first.optime());
    TidemarkException failure =
        continuesAfterGap
            ? null
            : new TidemarkException(
                TailerError.TAILER_OPLOG_GAP,
                "the entries after "
                    + position.optime()
                    + " and before "
                    + first.optime()
                    + " are no longer in the oplog"
                    + others,
                where() + ", member " + cursor.member(),
                "Set on.gap=continue and restart the task, then take a new snapshot; moments between"
                    + " the gap and that snapshot cannot be restored. Enlarge the oplog to bridge"
                    + " longer outages");
    boolean reported = position.state() == SourceOffset.State.GAP && failure != null;
    return new Opening(
        cursor,
        reported ? Marker.NONE : Marker.GAP,
        failure == null ? cursor.first() : cursor.first().subList(0, 1),
        failure);
  }

  /**
   * Asks all other members before something counts as lost.
   *
   * @return what they said, for the message
   */
  private String requireNoneReachesFurther(Member member, Optime from, Optime here)
      throws InterruptedException {
    List<Answer<Reach>> answers = members.askOthers(member, other -> Reach.of(other, from));
    Optional<ServerAddress> further = Reach.furthest(answers, here);
    if (further.isPresent()) {
      members.want(further.get());
      throw new TidemarkException(
          TailerError.TAILER_MEMBER_UNSUITABLE,
          "the member's oplog begins at " + here + ", that of " + further.get() + " before it",
          where() + ", member " + member,
          "That one is read");
    }
    String told = Reach.told(answers);
    return told.isEmpty() ? "" : " (of the other members " + told + ")";
  }

  private TidemarkException diverged(Member member, SourceOffset position, EntryIdentity found) {
    return new TidemarkException(
        TailerError.TAILER_OPLOG_DIVERGED,
        "the oplog no longer holds the captured entry "
            + position.optime()
            + " of term "
            + position.term()
            + "; it has "
            + found.optime()
            + " of term "
            + found.term()
            + " in its place: committed history was rewritten",
        where() + ", member " + member,
        "Find out who forced a reconfiguration or restored the source. Keep the archive and begin a"
            + " new one under another prefix: stop the connector, reset its offset, set"
            + " on.existing.events=continue, start it and take a new snapshot");
  }

  private TidemarkException behind(Member member, Optime from) {
    return new TidemarkException(
        TailerError.TAILER_MEMBER_BEHIND,
        "the member has no entry at or after " + from,
        where() + ", member " + member,
        "Another member is tried; if all lag, check the set's replication");
  }

  private TidemarkException startGone(Optime oldest, String others) {
    return new TidemarkException(
        TailerError.TAILER_START_GONE,
        "capture should begin at " + start + ", but the oplog begins at " + oldest + others,
        where(),
        "Set start.position to "
            + oldest
            + ", earliest or latest; with latest, wait until the oldest open transaction ends");
  }

  private String where() {
    return "replica set " + replicaSet;
  }

  /** Makes an opening of a cursor. */
  @FunctionalInterface
  private interface Decision {
    Opening make() throws InterruptedException;
  }

  private static Opening keepIfReturned(OplogCursor cursor, Decision decision)
      throws InterruptedException {
    boolean kept = false;
    try {
      Opening opening = decision.make();
      kept = true;
      return opening;
    } finally {
      if (!kept) {
        cursor.close();
      }
    }
  }
}
