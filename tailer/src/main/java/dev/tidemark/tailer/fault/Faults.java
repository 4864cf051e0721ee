package dev.tidemark.tailer.fault;

import com.mongodb.MongoClientException;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoConnectionPoolClearedException;
import com.mongodb.MongoException;
import com.mongodb.MongoInterruptedException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoServerException;
import com.mongodb.MongoServerUnavailableException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoTimeoutException;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.tailer.error.TailerError;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Turns failures of the driver into coded ones, by their types and the server's codes.
 *
 * <p>Only what is known to stay wrong fails at once; every other answer of a server is worth
 * another try, because the position is checked again whenever a cursor is opened.
 */
public final class Faults {

  /** Unauthorized. */
  private static final int UNAUTHORIZED = 13;

  /** UserNotFound, AuthenticationFailed and Atlas' own code for refused credentials. */
  private static final Set<Integer> AUTHENTICATION = Set.of(11, 18, 8000);

  /** ProtocolError and MechanismUnavailable: refused while logging in, though not the password. */
  private static final Set<Integer> MECHANISM = Set.of(17, 334);

  /** NoReplicationEnabled, NotAReplicaSet, NotYetInitialized. */
  private static final Set<Integer> NO_REPLICA_SET = Set.of(76, 123, 94);

  /**
   * Codes that say that the server will never do what was asked: BadValue, FailedToParse,
   * TypeMismatch, InvalidLength, NamespaceNotFound, CommandNotFound, InvalidOptions,
   * InvalidNamespace, CommandNotSupported, CommandNotSupportedOnView,
   * ReadConcernMajorityNotEnabled, NotImplemented, APIVersionError, APIStrictError, IDL's unknown
   * field.
   */
  private static final Set<Integer> REFUSED =
      Set.of(2, 9, 14, 16, 26, 59, 72, 73, 115, 166, 148, 238, 322, 323, 40415);

  private Faults() {}

  /**
   * The failure with its code.
   *
   * @param failure what was thrown
   * @param where the member, for the message
   */
  public static TidemarkException classify(RuntimeException failure, String where) {
    if (failure instanceof TidemarkException known) {
      return known;
    }
    if (failure instanceof MongoSecurityException login) {
      return ofLogin(login, where);
    }
    if (failure instanceof MongoServerException server) {
      return ofServer(server, where);
    }
    if (isUnreachable(failure)) {
      return new TidemarkException(
          TailerError.TAILER_NO_MEMBER,
          "the member does not answer: " + failure.getClass().getSimpleName(),
          where,
          "Check that the member runs and that this host may reach it",
          failure);
    }
    if (failure instanceof MongoClientException) {
      return new TidemarkException(
          TailerError.TAILER_COMMAND_REFUSED,
          "the driver cannot talk to the server: " + failure.getMessage(),
          where,
          "Check the connection string's options and the server's version",
          failure);
    }
    if (failure instanceof MongoException) {
      return lost(failure, where, "the connection failed");
    }
    return null;
  }

  /** Whether another try can help; failures of unknown kinds are bugs and are not retried. */
  public static boolean isRetriable(TidemarkException failure) {
    return failure != null
        && failure.code() instanceof TailerError code
        && code.retriable()
        && !isRefusedByKafka(failure);
  }

  private static boolean isRefusedByKafka(TidemarkException failure) {
    return failure.getCause() instanceof KafkaException cause
        && !(cause instanceof RetriableException);
  }

  /** Whether the thread was told to stop while it waited for the server. */
  public static boolean isInterrupt(RuntimeException failure) {
    return failure instanceof MongoInterruptedException || Thread.currentThread().isInterrupted();
  }

  private static boolean isUnreachable(RuntimeException failure) {
    return failure instanceof MongoTimeoutException
        || failure instanceof MongoSocketException
        || failure instanceof MongoConnectionPoolClearedException
        || failure instanceof MongoServerUnavailableException;
  }

  /**
   * The driver wraps whatever fails while it logs in: refused credentials, but also a connection
   * that breaks and a server that shuts down meanwhile.
   */
  private static TidemarkException ofLogin(MongoSecurityException failure, String where) {
    if (failure.getCause() instanceof MongoException cause
        && !MECHANISM.contains(cause.getCode())) {
      TidemarkException fault = classify(cause, where);
      if (isRetriable(fault)) {
        return fault;
      }
    }
    return authentication(failure, where);
  }

  private static TidemarkException ofServer(MongoServerException failure, String where) {
    int code = failure.getCode();
    if (AUTHENTICATION.contains(code)) {
      return authentication(failure, where);
    }
    if (code == UNAUTHORIZED) {
      return new TidemarkException(
          TailerError.TAILER_NOT_AUTHORIZED,
          "the user lacks a privilege: " + words(failure),
          where,
          "Grant the role clusterMonitor on admin and read on local, for example"
              + " db.grantRolesToUser(\"tidemark\", [{role: \"clusterMonitor\", db: \"admin\"},"
              + " {role: \"read\", db: \"local\"}])",
          failure);
    }
    if (NO_REPLICA_SET.contains(code)) {
      return new TidemarkException(
          TailerError.TAILER_NOT_A_REPLICA_SET,
          "the server is no member of an initiated replica set",
          where,
          "Name members of a replica set; a standalone server has no oplog",
          failure);
    }
    if (REFUSED.contains(code)) {
      return new TidemarkException(
          TailerError.TAILER_COMMAND_REFUSED,
          "the server refuses a command with code " + code + ": " + words(failure),
          where,
          "Check the server's version (4.2 or newer) and that read concern majority is enabled",
          failure);
    }
    return lost(failure, where, "the server ended the read with code " + code);
  }

  /** What the server said, without the reply around it. */
  private static String words(MongoServerException failure) {
    return failure instanceof MongoCommandException command
        ? command.getErrorMessage()
        : failure.getMessage();
  }

  private static TidemarkException authentication(RuntimeException failure, String where) {
    return new TidemarkException(
        TailerError.TAILER_AUTHENTICATION_FAILED,
        "the server refuses the user, its password or its mechanism",
        where,
        "Check mongodb.username, mongodb.password and the connection string's authSource",
        failure);
  }

  private static TidemarkException lost(RuntimeException failure, String where, String what) {
    return new TidemarkException(
        TailerError.TAILER_CURSOR_LOST, what, where, "It is tried again", failure);
  }
}
