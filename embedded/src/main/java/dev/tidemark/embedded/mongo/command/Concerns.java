package dev.tidemark.embedded.mongo.command;

import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawElement;
import dev.tidemark.embedded.mongo.bson.RawWriter;
import dev.tidemark.embedded.mongo.member.Member;
import dev.tidemark.embedded.mongo.wire.CommandFailure;
import java.time.Duration;

/** Read and write concerns, as far as a set with one member has to wait for anything. */
final class Concerns {

  private static final long NO_TIMEOUT_MILLIS = 60_000;

  private final Member member;

  Concerns(Member member) {
    this.member = member;
  }

  static boolean isMajorityRead(RawDocument command) {
    RawDocument concern = command.document("readConcern");
    return concern != null && concern.string("level", "local").equals("majority");
  }

  /** A read may ask to see at least what another one saw. */
  void awaitClusterTime(RawDocument command) throws InterruptedException {
    RawDocument concern = command.document("readConcern");
    RawElement time = concern == null ? null : concern.get("afterClusterTime");
    if (time == null) {
      return;
    }
    Duration atMost = Duration.ofMillis(command.number("maxTimeMS", 10_000));
    boolean majority = isMajorityRead(command);
    if (!member.oplog().await(time.int64() - 1, majority, atMost, () -> false)) {
      throw new CommandFailure(
          50, "MaxTimeMSExpired", "the member did not reach afterClusterTime in time");
    }
  }

  /**
   * A write that asks for the majority waits for it, which takes no time unless it is held back.
   */
  void awaitMajority(RawDocument command, RawWriter reply) throws InterruptedException {
    RawDocument concern = command.document("writeConcern");
    if (concern == null || !concern.string("w", "").equals("majority")) {
      return;
    }
    long written = member.oplog().newest().timestamp();
    long timeout = concern.number("wtimeout", 0);
    Duration atMost = Duration.ofMillis(timeout == 0 ? NO_TIMEOUT_MILLIS : timeout);
    if (!member.oplog().await(written - 1, true, atMost, () -> false)) {
      reply.openDocument("writeConcernError").int32("code", 64);
      reply.string("codeName", "WriteConcernTimeout");
      reply.string("errmsg", "waiting for replication timed out");
      reply.openDocument("errInfo").bool("wtimeout", true).close().close();
    }
  }
}
