package dev.tidemark.archive.segment;

import dev.tidemark.archive.chain.Chain;
import dev.tidemark.archive.chain.ChainPosition;
import dev.tidemark.archive.chain.Verdict;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.event.OplogEventView;
import java.util.ArrayList;
import java.util.List;

/** Counts a segment's entries again and compares with what its header says. Not thread-safe. */
final class SegmentCheck {

  private final SegmentReader reader;
  private final List<String> problems = new ArrayList<>();

  SegmentCheck(SegmentReader reader) {
    this.reader = reader;
  }

  List<String> run() {
    SegmentIndexEntry stated = reader.entry();
    SegmentFacts facts = new SegmentFacts();
    ChainPosition previous = new ChainPosition(stated.getPrevTs(), stated.getPrevTerm());
    Chain chain = stated.getStartsWith() == null ? Chain.after(previous) : null;
    try (SegmentCursor cursor = reader.entries()) {
      for (OplogEventView event = cursor.next(); event != null; event = cursor.next()) {
        if (event.entry() == null) {
          problems.add("the event at " + new Optime(event.ts()) + " carries no entry");
          return problems;
        }
        if (chain == null) {
          chain = Chain.after(new ChainPosition(event.ts(), event.term()));
        } else if (chain.next(event) != Verdict.NEXT) {
          problems.add(
              "entry "
                  + new Optime(event.ts())
                  + " does not follow "
                  + chain.last()
                  + " in the chain");
          chain = Chain.after(new ChainPosition(event.ts(), event.term()));
        }
        checkEntry(event);
        facts.add(event);
      }
    }
    if (facts.count() == 0) {
      problems.add("the segment holds no entry");
      return problems;
    }
    compare(stated, facts);
    return problems;
  }

  /** The event repeats what the entry says; a restore believes the entry. */
  private void checkEntry(OplogEventView event) {
    try {
      byte[] bytes = new byte[event.entry().remaining()];
      event.entry().duplicate().get(bytes);
      OplogEntry entry = OplogEntry.read(bytes);
      if (entry.optime().value() != event.ts() || !entry.op().equals(event.op())) {
        problems.add(
            "the event at "
                + new Optime(event.ts())
                + " carries the entry "
                + entry.optime()
                + " of kind "
                + entry.op());
      }
    } catch (TidemarkException e) {
      problems.add("the entry at " + new Optime(event.ts()) + " is damaged: " + e.reason());
    }
  }

  private void compare(SegmentIndexEntry stated, SegmentFacts facts) {
    SegmentOrigin origin =
        new SegmentOrigin(
            new ObjectKeys(stated.getCluster()),
            new ReplicaSetRef(stated.getSource(), stated.getSetId()),
            new ChainPosition(stated.getPrevTs(), stated.getPrevTerm()),
            stated.getStartsWith(),
            stated.getTopicId(),
            stated.getPartition(),
            stated.getFirstOffset());
    SegmentIndexEntry counted =
        facts
            .toEntry(origin, stated.getObjectKey())
            .setFormatVersion(stated.getFormatVersion())
            .setObjectBytes(stated.getObjectBytes())
            .setNextOffset(stated.getNextOffset())
            .setBlocks(stated.getBlocks())
            .build();
    if (!counted.equals(stated)) {
      problems.add(
          "the content is not what the header says: " + EntryDifference.describe(stated, counted));
    }
  }
}
