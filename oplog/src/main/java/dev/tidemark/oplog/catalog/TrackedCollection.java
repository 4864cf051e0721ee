package dev.tidemark.oplog.catalog;

import java.util.UUID;
import org.bson.BsonDocument;

/** The state of one collection while the oplog is followed. Not thread-safe. */
final class TrackedCollection {

  /** How the catalogue came to know a collection. */
  enum Origin {
    /** The base lists it. */
    BASE,
    /** An entry created it, so the oplog tells all of its content. */
    CREATED,
    /** Neither: entries speak of it as if it had been there. */
    UNEXPLAINED
  }

  private final UUID id;
  private UUID uuid;
  private String namespace;
  private Origin origin;
  private BsonDocument options;
  private final Indexes indexes = new Indexes();
  private boolean inDroppedDatabase;
  private boolean revived;
  private boolean missesIndexes;

  TrackedCollection(UUID id, UUID uuid, String namespace, Origin origin, BsonDocument options) {
    this.id = id;
    this.uuid = uuid;
    this.namespace = namespace;
    this.origin = origin;
    this.options = options;
  }

  /** What the catalogue calls it, for ever. */
  UUID id() {
    return id;
  }

  /** Its UUID, or null as long as nothing has told it. */
  UUID uuid() {
    return uuid;
  }

  void bind(UUID learned) {
    uuid = learned;
  }

  String namespace() {
    return namespace;
  }

  void rename(String to) {
    namespace = to;
  }

  Origin origin() {
    return origin;
  }

  /** An entry creates it: whatever was known before, the oplog tells its whole life. */
  void created() {
    if (origin == Origin.UNEXPLAINED) {
      origin = Origin.CREATED;
    }
    inDroppedDatabase = false;
  }

  BsonDocument options() {
    return options;
  }

  void options(BsonDocument changed) {
    options = changed;
  }

  Indexes indexes() {
    return indexes;
  }

  /** Its database was dropped; unless an entry creates it later, it went with it. */
  void databaseDropped() {
    inDroppedDatabase = true;
  }

  boolean wentWithDatabase() {
    return inDroppedDatabase;
  }

  /** What would have ended it, or have taken its name from it, was left out. */
  void revive() {
    revived = true;
  }

  boolean isRevived() {
    return revived;
  }

  /** What made or changed an index of it was left out. */
  void missIndexes() {
    missesIndexes = true;
  }

  /** Whether an index that a command is about may be missing for that. */
  boolean missesIndexes() {
    return missesIndexes;
  }
}
