package dev.tidemark.oplog.catalog;

import dev.tidemark.oplog.error.OplogError;
import dev.tidemark.oplog.error.TidemarkException;

/** What a command of the oplog means for the catalogue. */
enum CommandKind {
  CREATE,
  DROP,
  DROP_DATABASE,
  RENAME,
  CREATE_INDEXES,
  /** A build of indexes begins or is given up. */
  UNFINISHED_INDEXES,
  DROP_INDEXES,
  COLL_MOD,
  EMPTY_CAPPED,
  /** Changes nothing that a restore brings back. */
  IGNORED;

  private static final String NEW_BASE =
      "Restore to an optime before it, or from a base that was taken after it";

  /**
   * The kind of a command.
   *
   * @throws TidemarkException {@code OPLOG_COMMAND_NOT_REPLAYABLE} or {@code OPLOG_UNKNOWN_COMMAND}
   */
  static CommandKind of(Command command) {
    return switch (command.name()) {
      case "create" -> CREATE;
      case "drop" -> DROP;
      case "dropDatabase" -> DROP_DATABASE;
      case "renameCollection" -> RENAME;
      case "createIndexes", "commitIndexBuild" -> CREATE_INDEXES;
      case "startIndexBuild", "abortIndexBuild" -> UNFINISHED_INDEXES;
      case "dropIndexes", "deleteIndexes", "dropIndex", "deleteIndex" -> DROP_INDEXES;
      case "collMod" -> COLL_MOD;
      case "emptycapped" -> EMPTY_CAPPED;
      case "dbCheck",
          "setMultikeyMetadata",
          "dropIdent",
          "initReplicatedFastCount",
          "modifyCollectionShardingIndexCatalog",
          "createDatabaseMetadata",
          "dropDatabaseMetadata",
          "invalidateCollectionMetadata" ->
          IGNORED;
      case "truncateRange" -> truncateRange(command);
      case "importCollection" -> importCollection(command);
      case "convertToCapped" ->
          throw notReplayable(
              command, "a collection is made capped here in a way that leaves out its documents");
      case "upgradeDowngradeViewlessTimeseries" ->
          throw notReplayable(
              command,
              "time-series collections change their form here, with the feature compatibility"
                  + " version");
      default ->
          throw command.failure(
              OplogError.OPLOG_UNKNOWN_COMMAND,
              "the command '" + command.name() + "' is not known",
              "Restore with a release that supports the server that wrote it");
    };
  }

  /**
   * Ranges of records cannot be told from documents; elsewhere than in config it is users' data.
   */
  private static CommandKind truncateRange(Command command) {
    if (!Namespaces.isTracked(command.string(command.name()))) {
      return IGNORED;
    }
    throw notReplayable(
        command, "a range of records is cut off here, and the oplog does not say which documents");
  }

  /** Members first try among them whether all of them can. */
  private static CommandKind importCollection(Command command) {
    if (command.isTrue("dryRun")) {
      return IGNORED;
    }
    throw notReplayable(
        command, "a collection's files are imported here, and the oplog does not hold them");
  }

  private static TidemarkException notReplayable(Command command, String reason) {
    return command.failure(OplogError.OPLOG_COMMAND_NOT_REPLAYABLE, reason, NEW_BASE);
  }
}
