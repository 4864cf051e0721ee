package dev.tidemark.restorer.merge;

import dev.tidemark.archive.dump.DocumentStream;
import dev.tidemark.oplog.optime.Optime;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The oplog entries of one replica set, in order and without gaps. May be opened repeatedly. */
public interface OplogSource {

  /** Where the entries come from, for messages. */
  String location();

  /**
   * Opens the entries whose optime is not before {@code from}. Earlier ones may come too and are
   * passed over.
   *
   * @return raw entries in rising order of their optimes
   */
  DocumentStream open(Optime from) throws IOException;

  /**
   * The optime through which the source is known to hold every entry, because heartbeats or later
   * entries elsewhere say so. Empty if only its last entry says it.
   */
  default Optional<Optime> completeThrough() {
    return Optional.empty();
  }

  /** What the operator should know of the source, whole sentences. */
  default List<String> warnings() {
    return List.of();
  }
}
