package dev.tidemark.tailer.position;

import dev.tidemark.oplog.optime.Optime;
import java.util.AbstractMap;
import java.util.Map;
import java.util.Set;

/**
 * The stored form of a {@link SourceOffset}, made only if it is asked for.
 *
 * <p>Every record carries an offset, but Connect stores only the last one of a batch; so all others
 * stay three numbers. Immutable.
 */
public final class LazyOffset extends AbstractMap<String, Object> {

  private final long optime;
  private final long term;
  private final long hash;
  private final boolean hashed;
  private final int partition;
  private final SourceOffset.State state;

  /** The position after an entry. */
  public LazyOffset(long optime, long term, long hash, int partition) {
    this.optime = optime;
    this.term = term;
    this.hash = hash;
    this.hashed = true;
    this.partition = partition;
    this.state = SourceOffset.State.ENTRY;
  }

  /** Any position. */
  public LazyOffset(SourceOffset offset) {
    this.optime = offset.optime().value();
    this.term = offset.term();
    this.hashed = offset.hash() != null;
    this.hash = hashed ? offset.hash() : 0;
    this.partition = offset.partition();
    this.state = offset.state();
  }

  /** The optime as an unsigned 64-bit number. */
  public long optime() {
    return optime;
  }

  /** The position this stands for. */
  public SourceOffset offset() {
    return new SourceOffset(new Optime(optime), term, hashed ? hash : null, partition, state);
  }

  @Override
  public Set<Map.Entry<String, Object>> entrySet() {
    return offset().toMap().entrySet();
  }

  @Override
  public Object get(Object key) {
    return offset().toMap().get(key);
  }
}
