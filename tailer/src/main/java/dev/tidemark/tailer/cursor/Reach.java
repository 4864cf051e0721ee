package dev.tidemark.tailer.cursor;

import com.mongodb.ServerAddress;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.tailer.member.Answer;
import dev.tidemark.tailer.member.Member;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Where a member's oplog begins, as far as capture needs it.
 *
 * @param oldest its oldest entry
 * @param goesOn whether there is an entry at or after where capture has to go on
 */
record Reach(Optime oldest, boolean goesOn) {

  static Reach of(Member member, Optime from) {
    // In this order: what is truncated in between counts as gone.
    boolean goesOn = Oplog.hasFrom(member, from);
    return new Reach(Oplog.oldest(member), goesOn);
  }

  /** The member whose oplog begins first, if it begins before an optime. */
  static Optional<ServerAddress> furthest(List<Answer<Reach>> answers, Optime before) {
    return answers.stream()
        .filter(answer -> answer.value() != null && answer.value().goesOn())
        .filter(answer -> answer.value().oldest().isBefore(before))
        .min(Comparator.comparing(answer -> answer.value().oldest()))
        .map(Answer::member);
  }

  /** What the members said, for messages; empty if none was asked. */
  static String told(List<Answer<Reach>> answers) {
    return answers.stream()
        .map(answer -> answer.member() + " " + told(answer))
        .collect(Collectors.joining(", "));
  }

  private static String told(Answer<Reach> answer) {
    if (answer.value() == null) {
      return "cannot say: " + answer.failure();
    }
    return answer.value().goesOn()
        ? "begins at " + answer.value().oldest()
        : "does not go on there yet";
  }
}
