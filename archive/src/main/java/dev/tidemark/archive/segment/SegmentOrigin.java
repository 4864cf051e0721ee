package dev.tidemark.archive.segment;

import dev.tidemark.archive.chain.ChainPosition;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.schemas.archive.OplogMarker;
import java.util.Objects;

/**
 * What is known of a segment before its first entry.
 *
 * @param keys the archive's keys, and with them the cluster
 * @param set whose entries it will hold
 * @param previous the entry before its first one; {@link ChainPosition#NONE} behind a marker
 * @param startsWith the marker before its first entry, or null
 * @param topicId of the topic that the events are read from; empty if they come from elsewhere
 * @param partition of that topic, or -1
 * @param firstOffset offset of the first event (or marker), or -1
 */
public record SegmentOrigin(
    ObjectKeys keys,
    ReplicaSetRef set,
    ChainPosition previous,
    OplogMarker startsWith,
    String topicId,
    int partition,
    long firstOffset) {

  public SegmentOrigin {
    Objects.requireNonNull(keys, "keys");
    Objects.requireNonNull(set, "set");
    Objects.requireNonNull(previous, "previous");
    Objects.requireNonNull(topicId, "topicId");
  }
}
