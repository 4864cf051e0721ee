package dev.tidemark.oplog.entry;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.OplogError;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * One entry of {@code local.oplog.rs}, or one operation inside an {@code applyOps} entry.
 *
 * <p>Reading takes one pass over the entry's own fields, found by name in any order, and copies or
 * decodes no documents. Kinds and versions that cannot be replayed are readable, so that they can
 * be archived; {@link #kind()} refuses them. Immutable as long as the bytes below do not change.
 */
public final class OplogEntry {

  /** The term of entries that have none. */
  public static final long NO_TERM = -1;

  /** The only entry format that servers have written since 4.0. */
  public static final long VERSION = 2;

  private final BsonSlice raw;
  private final EntryFields fields;

  private OplogEntry(BsonSlice raw, EntryFields fields) {
    this.raw = raw;
    this.fields = fields;
  }

  /** Reads the entry that takes the whole array. */
  public static OplogEntry read(byte[] bytes) {
    return read(BsonSlice.of(bytes));
  }

  /** Reads the entry in exactly these bytes. */
  public static OplogEntry read(byte[] bytes, int offset, int length) {
    return read(BsonSlice.of(bytes, offset, length));
  }

  /**
   * Reads an entry of the oplog.
   *
   * @throws TidemarkException {@code OPLOG_BSON_MALFORMED}, {@code OPLOG_BSON_UNEXPECTED_TYPE}, or
   *     {@code OPLOG_ENTRY_MALFORMED} if {@code ts}, {@code op} or {@code ns} is missing
   */
  public static OplogEntry read(BsonSlice raw) {
    EntryFields fields = EntryFields.read(raw);
    OplogEntry entry = new OplogEntry(raw, fields);
    if (!fields.hasOptime) {
      throw entry.missing("ts");
    }
    return entry.checked();
  }

  /**
   * Reads an operation inside this {@code applyOps} entry. What it lacks of time, session and
   * origin comes from this entry, as on the server; {@code op}, {@code ns}, {@code o}, {@code b}
   * and {@code multiOpType} never do.
   */
  public OplogEntry inner(BsonSlice operation) {
    EntryFields inner = EntryFields.read(operation);
    inner.inheritFrom(fields);
    return new OplogEntry(operation, inner).checked();
  }

  private OplogEntry checked() {
    if (fields.op == null) {
      throw missing("op");
    }
    if (fields.namespace == null) {
      throw missing("ns");
    }
    return this;
  }

  /** The bytes as the server wrote them. */
  public BsonSlice raw() {
    return raw;
  }

  public Optime optime() {
    return new Optime(fields.optime);
  }

  /** The election term, or {@link #NO_TERM}. */
  public long term() {
    return fields.term;
  }

  /** The kind as it is written, whether known or not. */
  public String op() {
    return fields.op;
  }

  /**
   * The kind, for replay.
   *
   * @throws TidemarkException {@code OPLOG_UNKNOWN_KIND}, {@code OPLOG_UNKNOWN_VERSION} or {@code
   *     OPLOG_TENANT_NOT_SUPPORTED}
   */
  public OpKind kind() {
    if (fields.version != VERSION) {
      throw new TidemarkException(
          OplogError.OPLOG_UNKNOWN_VERSION,
          "the entry has format version " + fields.version + ", only 2 is known",
          where(),
          "Restore with a release that supports the server that wrote it");
    }
    if (fields.hasTenant) {
      throw new TidemarkException(
          OplogError.OPLOG_TENANT_NOT_SUPPORTED,
          "the entry belongs to one of several tenants, whose namespaces cannot be told apart",
          where(),
          "Only oplogs of servers without multitenancy can be replayed");
    }
    OpKind kind = OpKind.of(fields.op);
    if (kind == null) {
      throw new TidemarkException(
          OplogError.OPLOG_UNKNOWN_KIND,
          "the entry is of the unknown kind '" + fields.op + "'",
          where(),
          "Restore with a release that supports the server that wrote it");
    }
    return kind;
  }

  /** Database and collection; {@code db.$cmd} for commands, empty for most noops. */
  public String namespace() {
    return fields.namespace;
  }

  /** The collection's UUID, or null. */
  public UUID collection() {
    return fields.collection;
  }

  /** The server's wall clock in milliseconds since the epoch; it may go backwards. */
  public OptionalLong wall() {
    return fields.hasWall ? OptionalLong.of(fields.wall) : OptionalLong.empty();
  }

  /** The session, which is the whole document, or null. */
  public BsonSlice lsid() {
    return fields.lsid;
  }

  /** The transaction's or retryable write's number in its session. */
  public OptionalLong txnNumber() {
    return fields.hasTxnNumber ? OptionalLong.of(fields.txnNumber) : OptionalLong.empty();
  }

  /** The entry's payload. */
  public BsonSlice o() {
    if (fields.o == null) {
      throw missing("o");
    }
    return fields.o;
  }

  /** The second payload, for updates what identifies the document, or null. */
  public BsonSlice o2() {
    return fields.o2;
  }

  /** Whether {@code b} marks an update as an upsert. */
  public boolean upsert() {
    return fields.upsert;
  }

  /** The previous entry of the same session, or null; {@link Optime#ZERO} stands for none. */
  public Optime previous() {
    return fields.hasPrevious ? new Optime(fields.previous) : null;
  }

  /** 1 if linked {@code applyOps} entries are not a transaction, 0 if not given. */
  public long multiOpType() {
    return fields.multiOpType;
  }

  public boolean fromMigrate() {
    return fields.fromMigrate;
  }

  /** Optime and namespace, for messages. */
  public String where() {
    return "optime " + optime() + ", namespace '" + fields.namespace + "'";
  }

  /** The same failure, with this entry's optime and namespace in it. */
  public TidemarkException located(TidemarkException failure) {
    String place = failure.where().isEmpty() ? where() : where() + ", " + failure.where();
    return new TidemarkException(
        failure.code(), failure.reason(), place, failure.remedy(), failure);
  }

  private TidemarkException missing(String field) {
    return new TidemarkException(
        OplogError.OPLOG_ENTRY_MALFORMED,
        "the oplog entry has no field '" + field + "'",
        where(),
        "Compare the entry with its source; if they differ, fetch it again");
  }

  @Override
  public String toString() {
    return "OplogEntry[" + fields.op + " " + where() + "]";
  }
}
