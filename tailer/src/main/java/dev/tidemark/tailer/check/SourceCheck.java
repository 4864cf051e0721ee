package dev.tidemark.tailer.check;

import com.mongodb.client.MongoClient;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.tailer.config.MemberPreference;
import dev.tidemark.tailer.config.OplogSourceConfig;
import dev.tidemark.tailer.config.OplogSourceKeys;
import dev.tidemark.tailer.config.TaskAssignment;
import dev.tidemark.tailer.cursor.Oplog;
import dev.tidemark.tailer.cursor.OplogSize;
import dev.tidemark.tailer.fault.Faults;
import dev.tidemark.tailer.member.ClientFactory;
import dev.tidemark.tailer.member.Discovery;
import dev.tidemark.tailer.member.Hello;
import dev.tidemark.tailer.member.Member;
import dev.tidemark.tailer.member.MemberFinder;
import dev.tidemark.tailer.position.StartPosition;
import java.util.ArrayList;
import java.util.List;

/** Checks what the connector will do with MongoDB by doing it once. */
final class SourceCheck {

  private static final double FULL = 0.9;

  private SourceCheck() {}

  /** A replica set that would be captured. */
  record FoundSet(String name, String id) {}

  static List<FoundSet> check(OplogSourceConfig config, Problems problems) {
    List<FoundSet> sets = new ArrayList<>();
    try {
      FlowRules.checkTls(config, config.uris(), problems);
      for (int uri = 0; uri < config.uris().size(); uri++) {
        if (!reachable(config, uri, problems)) {
          return List.of();
        }
      }
      for (TaskAssignment assignment : Discovery.discover(config)) {
        sets.add(new FoundSet(assignment.replicaSet(), assignment.setId()));
        checkSet(config, assignment, problems);
      }
    } catch (RuntimeException e) {
      ConnectionFailure.report(config, e, problems);
    }
    return sets;
  }

  private static boolean reachable(OplogSourceConfig config, int uri, Problems problems) {
    try (MongoClient client = new ClientFactory(config, uri).open()) {
      try {
        Hello.of(client);
        return true;
      } catch (RuntimeException e) {
        ConnectionFailure.report(config, e, client, problems);
        return false;
      }
    }
  }

  private static void checkSet(
      OplogSourceConfig config, TaskAssignment assignment, Problems problems) {
    try (MemberFinder members =
            new MemberFinder(
                new ClientFactory(config, assignment.uri()),
                config.memberPreference(),
                assignment.replicaSet(),
                assignment.hosts());
        Member member = find(members, config.memberPreference(), problems)) {
      if (member != null) {
        checkOplog(config, assignment.replicaSet(), member, problems);
      }
    } catch (RuntimeException e) {
      ConnectionFailure.report(config, e, problems);
    }
  }

  private static Member find(MemberFinder members, MemberPreference preference, Problems problems) {
    try {
      return members.find();
    } catch (RuntimeException e) {
      boolean one =
          preference == MemberPreference.SECONDARY || preference == MemberPreference.PRIMARY;
      if (one && Faults.isRetriable(Faults.classify(e, ""))) {
        problems.add(
            OplogSourceKeys.MEMBER_PREFERENCE,
            "no member of this kind answers; a right value is secondaryPreferred");
        return null;
      }
      throw e;
    }
  }

  private static void checkOplog(
      OplogSourceConfig config, String replicaSet, Member member, Problems problems) {
    // Reading with read concern majority and looking for transactions is what a start does.
    Optime oldest = Oplog.oldest(member);
    Oplog.oldestOpenTransaction(member);
    Optime newest = member.hello().majority();
    checkWindow(config, replicaSet, member, newest.seconds() - oldest.seconds(), problems);
    StartPosition start = config.startPosition();
    if (start.kind() == StartPosition.Kind.OPTIME
        && (start.optime().isBefore(oldest) || start.optime().isAfter(newest))) {
      problems.add(
          OplogSourceKeys.START_POSITION,
          start
              + " is not in the oplog of "
              + replicaSet
              + ", which reaches from "
              + oldest
              + " to "
              + newest
              + "; a right value is "
              + newest);
    }
  }

  private static void checkWindow(
      OplogSourceConfig config, String replicaSet, Member member, long seconds, Problems problems) {
    long wanted = config.minimumOplogWindow().toSeconds();
    if (seconds < wanted && OplogSize.of(member).fill() >= FULL) {
      problems.add(
          OplogSourceKeys.OPLOG_WINDOW_MIN_MS,
          "the oplog of "
              + replicaSet
              + " is full and spans only "
              + seconds
              + " s: a longer outage of the connector loses entries. Enlarge it, for example with"
              + " db.adminCommand({replSetResizeOplog: 1, size: 51200}), or lower this value, for"
              + " example to "
              + Math.max(0, seconds) * 500);
    }
  }
}
