package dev.tidemark.archive.plan;

import dev.tidemark.archive.chain.ChainPosition;
import dev.tidemark.oplog.optime.Optime;
import java.util.Iterator;
import java.util.OptionalLong;

/**
 * Entries of a replica set that are on Kafka, in chain behind the newest archived one, and not
 * archived yet.
 */
public interface OplogTail {

  /**
   * When and where an entry was written.
   *
   * @param optime of the entry
   * @param wall the source's clock in milliseconds; empty if the entry does not tell
   */
  record EntryTime(Optime optime, OptionalLong wall) {}

  /** Every entry from this optime on is there, counting what is archived. */
  Optime completeFrom();

  /** The newest entry; the newest archived one if there are no entries. */
  ChainPosition last();

  /** No entry up to here is missing: {@link #last()}, or a later heartbeat. */
  Optime complete();

  long entries();

  /** Raw bytes of the entries. */
  long bytes();

  /** The entries' times, in order; may be asked for repeatedly. */
  Iterator<EntryTime> times();
}
