package dev.tidemark.archive.chain;

import dev.tidemark.oplog.optime.Optime;

/**
 * An entry as the chain knows it.
 *
 * @param ts optime, unsigned
 * @param term election term, -1 if unknown
 */
public record ChainPosition(long ts, long term) {

  /** Before every entry: what the first entry of a set names as its predecessor. */
  public static final ChainPosition NONE = new ChainPosition(0, -1);

  public Optime optime() {
    return new Optime(ts);
  }

  @Override
  public String toString() {
    return optime() + " of term " + term;
  }
}
