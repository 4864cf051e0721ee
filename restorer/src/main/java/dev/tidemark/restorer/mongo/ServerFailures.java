package dev.tidemark.restorer.mongo;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.MongoNodeIsRecoveringException;
import com.mongodb.MongoNotPrimaryException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoTimeoutException;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import java.util.Set;

/** What failures of the driver and codes of the server mean to a snapshot or a restore. */
public final class ServerFailures {

  public static final int NAMESPACE_NOT_FOUND = 26;
  public static final int INDEX_NOT_FOUND = 27;
  public static final int CURSOR_NOT_FOUND = 43;
  public static final int NAMESPACE_EXISTS = 48;
  public static final int MAX_TIME_EXPIRED = 50;
  public static final int COMMAND_NOT_FOUND = 59;
  public static final int CAPPED_POSITION_LOST = 136;
  public static final int QUERY_PLAN_KILLED = 175;
  public static final int USER_WRITES_BLOCKED = 276;
  public static final int COLLECTION_UUID_MISMATCH = 361;
  public static final int DUPLICATE_KEY = 11000;
  public static final int OUT_OF_DISK_SPACE = 14031;

  private static final Set<Integer> NOT_AUTHORIZED = Set.of(13, 18, 8000);
  private static final Set<Integer> INTERRUPTED =
      Set.of(237, 11600, 11601, 11602, CURSOR_NOT_FOUND, QUERY_PLAN_KILLED, CAPPED_POSITION_LOST);
  private static final Set<Integer> NOT_WRITABLE =
      Set.of(10107, 13435, 13436, 20, 189, OUT_OF_DISK_SPACE, 371, USER_WRITES_BLOCKED);

  private ServerFailures() {}

  /** Whether the account lacks a right. */
  public static boolean notAuthorized(MongoException failure) {
    return failure instanceof MongoSecurityException || NOT_AUTHORIZED.contains(failure.getCode());
  }

  /** Whether the server does not know the command or an argument of it. */
  public static boolean unknownCommand(MongoException failure) {
    return failure.getCode() == COMMAND_NOT_FOUND;
  }

  /** Whether it does not depend on what is written: rights, a full disk, a block on writes. */
  public static boolean refusesAllWrites(MongoException failure) {
    return notAuthorized(failure) || NOT_WRITABLE.contains(failure.getCode());
  }

  /** Whether the same may succeed when it is tried again, possibly on another member. */
  public static boolean transientFailure(MongoException failure) {
    return failure instanceof MongoSocketException
        || failure instanceof MongoTimeoutException
        || failure instanceof MongoNotPrimaryException
        || failure instanceof MongoNodeIsRecoveringException
        || INTERRUPTED.contains(failure.getCode());
  }

  /** Says of a failure of the source what it means for a snapshot. */
  public static TidemarkException ofSource(MongoException failure, String doing, String where) {
    if (notAuthorized(failure)) {
      return new TidemarkException(
          RestorerError.SOURCE_NOT_AUTHORIZED,
          "The source's account may not " + doing,
          where,
          "Grant the account the role listed for snapshots in mongodb-roles.md, or backup and"
              + " clusterMonitor",
          failure);
    }
    if (transientFailure(failure)) {
      return new TidemarkException(
          RestorerError.SOURCE_UNREACHABLE,
          "The source did not answer while asked to " + doing,
          where,
          "Check that the cluster's members are up and reachable from the worker, then ask again",
          failure);
    }
    return new TidemarkException(
        RestorerError.SOURCE_COMMAND_FAILED,
        "The source refused to " + doing + ": " + text(failure),
        where,
        "See the server's log for this moment",
        failure);
  }

  /** Says of a failure of the target what it means for a restore. */
  public static TidemarkException ofTarget(MongoException failure, String doing, String where) {
    if (notAuthorized(failure)) {
      return new TidemarkException(
          RestorerError.TARGET_NOT_AUTHORIZED,
          "The target's account may not " + doing,
          where,
          "Grant the account the roles listed for restores in mongodb-roles.md, or restore,"
              + " readWriteAnyDatabase, clusterMonitor and hostManager",
          failure);
    }
    if (refusesAllWrites(failure) || failure instanceof MongoNotPrimaryException) {
      return new TidemarkException(
          RestorerError.TARGET_NOT_WRITABLE,
          "The target accepts no writes (" + text(failure) + ")",
          where,
          notWritableRemedy(failure.getCode()),
          failure);
    }
    if (transientFailure(failure)) {
      return new TidemarkException(
          RestorerError.TARGET_UNREACHABLE,
          "The target did not answer while asked to " + doing,
          where,
          "Check that the target is up and reachable from the worker, and its connection string",
          failure);
    }
    return new TidemarkException(
        RestorerError.TARGET_WRITE_FAILED,
        "The target refused to " + doing + ": " + text(failure),
        where,
        "See the server's log for this moment",
        failure);
  }

  /** The server's own words, without the address and the whole reply that the driver adds. */
  public static String text(MongoException failure) {
    return failure instanceof MongoCommandException command
        ? command.getErrorMessage() + " (code " + command.getErrorCode() + ")"
        : failure.getClass().getSimpleName()
            + (failure.getCode() > 0 ? " (code " + failure.getCode() + ")" : "");
  }

  private static String notWritableRemedy(int code) {
    String first =
        switch (code) {
          case OUT_OF_DISK_SPACE -> "Free disk space on the target's members";
          case USER_WRITES_BLOCKED ->
              "Lift the block on writes (setUserWriteBlockMode with global: false)";
          default -> "Wait until the target has a primary that takes writes";
        };
    return first + ", then send the request again with a new id";
  }
}
