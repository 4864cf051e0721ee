package dev.tidemark.archive.segment;

import dev.tidemark.archive.chain.ChainPosition;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.event.OplogEventView;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes one segment of several that follow each other; the events keep their encoding. */
public final class SegmentMerge {

  private SegmentMerge() {}

  /**
   * Splits segments into runs that can become one segment each: of one schema and one topic,
   * without a marker inside.
   *
   * @param segments in chain
   * @param maxBytes the sum of objects' sizes that a run may have
   */
  public static List<List<SegmentIndexEntry>> runs(List<SegmentReader> segments, long maxBytes) {
    List<List<SegmentIndexEntry>> runs = new ArrayList<>();
    SegmentReader previous = null;
    long bytes = 0;
    for (SegmentReader segment : segments) {
      SegmentIndexEntry entry = segment.entry();
      boolean joins =
          previous != null
              && follows(previous.entry(), entry)
              && entry.getTopicId().equals(previous.entry().getTopicId())
              && entry.getPartition() == previous.entry().getPartition()
              && segment.header().writerSchema().equals(previous.header().writerSchema())
              && bytes + entry.getObjectBytes() <= maxBytes;
      if (!joins) {
        runs.add(new ArrayList<>());
        bytes = 0;
      }
      runs.get(runs.size() - 1).add(entry);
      bytes += entry.getObjectBytes();
      previous = segment;
    }
    return runs;
  }

  private static boolean follows(SegmentIndexEntry previous, SegmentIndexEntry next) {
    return next.getStartsWith() == null
        && next.getPrevTs() == previous.getLastTs()
        && next.getPrevTerm() == previous.getLastTerm();
  }

  /**
   * Merges a run.
   *
   * @param spool a file that does not exist yet
   * @return the segment, with the key of one that replaces several
   */
  public static FinishedSegment merge(
      List<SegmentReader> run, ObjectKeys keys, Path spool, SegmentFormat format) {
    SegmentIndexEntry first = run.get(0).entry();
    SegmentIndexEntry last = run.get(run.size() - 1).entry();
    ReplicaSetRef set = new ReplicaSetRef(first.getSource(), first.getSetId());
    SegmentOrigin origin =
        new SegmentOrigin(
            keys,
            set,
            new ChainPosition(first.getPrevTs(), first.getPrevTerm()),
            first.getStartsWith(),
            first.getTopicId(),
            first.getPartition(),
            first.getFirstOffset());
    try (SegmentWriter writer =
        SegmentWriter.open(spool, origin, run.get(0).header().writerSchema(), format)) {
      for (SegmentReader segment : run) {
        try (SegmentCursor cursor = segment.entries()) {
          for (OplogEventView event = cursor.next(); event != null; event = cursor.next()) {
            writer.append(cursor.datum(), event);
          }
        }
      }
      return writer.finish(
          last.getNextOffset(),
          keys.compactedSegment(set, new Optime(first.getFirstTs()), new Optime(last.getLastTs())));
    }
  }
}
