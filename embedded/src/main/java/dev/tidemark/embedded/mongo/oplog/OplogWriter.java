package dev.tidemark.embedded.mongo.oplog;

import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawElement;
import dev.tidemark.embedded.mongo.bson.RawWriter;
import java.time.InstantSource;
import java.util.UUID;

/**
 * Writes entries in the form a 7.0 server gives them. Used under the simulator's write lock only;
 * the entries become visible when the caller publishes them.
 */
public final class OplogWriter {

  private final OplogStore store;
  private final InstantSource clock;
  private long term;

  public OplogWriter(OplogStore store, InstantSource clock, long term) {
    this.store = store;
    this.clock = clock;
    this.term = term;
  }

  public long term() {
    return term;
  }

  public void term(long newTerm) {
    term = newTerm;
  }

  public void insert(
      String namespace, UUID uuid, RawDocument document, Retry retry, int statement) {
    RawWriter entry = head(retry, "i", namespace, uuid);
    entry.document("o", document);
    entry.document("o2", new RawWriter().element(document.get("_id")).done());
    finish(entry, retry, statement);
  }

  public void delete(String namespace, UUID uuid, RawElement id, Retry retry, int statement) {
    RawWriter entry = head(retry, "d", namespace, uuid);
    entry.document("o", new RawWriter().element(id).done());
    finish(entry, retry, statement);
  }

  /**
   * @param change the whole document, or {@code {$v: 2, diff: …}}
   */
  public void update(
      String namespace, UUID uuid, RawElement id, RawDocument change, Retry retry, int statement) {
    RawWriter entry = head(retry, "u", namespace, uuid);
    entry.document("o", change);
    entry.document("o2", new RawWriter().element(id).done());
    finish(entry, retry, statement);
  }

  /**
   * @param o2 more about what was there before, or null
   */
  public void command(String database, UUID uuid, RawDocument command, RawDocument o2) {
    RawWriter entry = head(Retry.NONE, "c", database + ".$cmd", uuid);
    entry.document("o", command);
    if (o2 != null) {
      entry.document("o2", o2);
    }
    finish(entry, Retry.NONE, 0);
  }

  public void noop(RawDocument message) {
    RawWriter entry = head(Retry.NONE, "n", "", null);
    entry.document("o", message);
    finish(entry, Retry.NONE, 0);
  }

  /** Appends an entry as it is; optime, term and wall are its own. */
  public void raw(RawDocument entry) {
    store.append(OplogFile.position(entry), entry);
    term = Math.max(term, entry.number("t", -1));
  }

  private static RawWriter head(Retry retry, String kind, String namespace, UUID uuid) {
    RawWriter entry = new RawWriter();
    if (retry.isSession()) {
      entry.document("lsid", retry.session()).int64("txnNumber", retry.transactionNumber());
    }
    entry.string("op", kind).string("ns", namespace);
    if (uuid != null) {
      entry.uuid("ui", uuid);
    }
    return entry;
  }

  private void finish(RawWriter entry, Retry retry, int statement) {
    long now = clock.millis();
    long timestamp = nextTimestamp(now);
    if (retry.isSession()) {
      entry.int32("stmtId", statement);
    }
    entry.timestamp("ts", timestamp).int64("t", term).int64("v", 2).date("wall", now);
    if (retry.isSession()) {
      entry.openDocument("prevOpTime").timestamp("ts", 0).int64("t", -1).close();
    }
    store.append(new OplogStore.Position(timestamp, term, now), entry.done());
  }

  /** Rises strictly, whatever the clock does. */
  public long nextTimestamp(long nowMillis) {
    long newest = store.newestAppended().timestamp();
    long now = (nowMillis / 1000) << 32 | 1;
    return Long.compareUnsigned(now, newest) > 0 ? now : newest + 1;
  }
}
