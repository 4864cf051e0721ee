package dev.tidemark.embedded.mongo.command;

import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawElement;
import dev.tidemark.embedded.mongo.bson.RawWriter;
import dev.tidemark.embedded.mongo.oplog.Retry;
import dev.tidemark.embedded.mongo.wire.CommandFailure;
import dev.tidemark.embedded.mongo.wire.Request;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Makes a retryable write take effect once: a command that comes again with the number its session
 * used last gets the reply of the first time.
 */
final class RetryHistory {

  private final Map<RawDocument, Session> sessions = new ConcurrentHashMap<>();

  private static final class Session {
    private long number = -1;
    private RawDocument reply;
  }

  RawWriter once(Request request, Function<Retry, RawWriter> command) {
    RawDocument session = request.body().document("lsid");
    RawElement number = request.body().get("txnNumber");
    if (request.body().has("autocommit")) {
      throw CommandFailure.notSupported("multi-document transactions");
    }
    if (session == null || number == null) {
      return command.apply(Retry.NONE);
    }
    Session history = sessions.computeIfAbsent(session.detached(), key -> new Session());
    synchronized (history) {
      if (number.asLong() < history.number) {
        throw new CommandFailure(
            225, "TransactionTooOld", "txnNumber " + number.asLong() + " is too old");
      }
      if (number.asLong() > history.number) {
        RawWriter reply = command.apply(new Retry(withUser(session), number.asLong()));
        history.reply = reply.done();
        history.number = number.asLong();
      }
      return new RawWriter().all(history.reply);
    }
  }

  /** The server adds the digest of the user's name, empty without authentication. */
  private static RawDocument withUser(RawDocument session) {
    try {
      byte[] uid = MessageDigest.getInstance("SHA-256").digest();
      return new RawWriter().element(session.get("id")).binary("uid", 0, uid).done();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
