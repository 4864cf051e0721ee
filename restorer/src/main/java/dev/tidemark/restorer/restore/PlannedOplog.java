package dev.tidemark.restorer.restore;

import dev.tidemark.archive.dump.DocumentStream;
import dev.tidemark.archive.plan.SetPlan;
import dev.tidemark.archive.segment.SegmentSequence;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.merge.OplogSource;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The entries that a plan reads of one replica set: the snapshot's own, the segments', then those
 * on Kafka. What two of them hold is given once.
 *
 * @param parts in the order of their entries
 * @param complete every entry up to here is there
 * @param until entries after this are left out
 */
record PlannedOplog(List<OplogSource> parts, Optime complete, Optime until) implements OplogSource {

  PlannedOplog {
    parts = List.copyOf(parts);
  }

  /** The entries up to an optime. */
  static PlannedOplog of(ObjectStore store, SetPlan plan, Optime until) {
    return of(store, plan, plan.segments(), until, until);
  }

  /**
   * The entries of a shard: those behind the optime too, by which prepared transactions are
   * decided.
   */
  static PlannedOplog ofShard(ObjectStore store, SetPlan plan, Optime optime) {
    List<SegmentIndexEntry> segments = new ArrayList<>(plan.segments());
    segments.addAll(plan.beyond());
    return of(store, plan, segments, optime, Optime.MAX);
  }

  private static PlannedOplog of(
      ObjectStore store,
      SetPlan plan,
      List<SegmentIndexEntry> segments,
      Optime complete,
      Optime until) {
    List<OplogSource> parts = new ArrayList<>();
    plan.snapshotOplog().ifPresent(oplog -> parts.add(new SnapshotOplogSource(store, oplog)));
    parts.add(new SegmentsSource(new SegmentSequence(store, segments), until));
    plan.tail()
        .filter(OplogSource.class::isInstance)
        .map(OplogSource.class::cast)
        .ifPresent(parts::add);
    return new PlannedOplog(parts, complete, until);
  }

  @Override
  public String location() {
    return parts.stream().map(OplogSource::location).collect(Collectors.joining(", then "));
  }

  /** The plan found that everything up to there is at hand. */
  @Override
  public Optional<Optime> completeThrough() {
    return Optional.of(complete);
  }

  @Override
  public DocumentStream open(Optime from) {
    return new Joined(from);
  }

  /** Reads one part after the other. */
  private final class Joined implements DocumentStream {
    private final Optime from;
    private int nextPart;
    private DocumentStream current;
    private Optime last = Optime.ZERO;

    Joined(Optime from) {
      this.from = from;
    }

    @Override
    public BsonSlice next() throws IOException {
      while (true) {
        if (current == null) {
          if (nextPart == parts.size()) {
            return null;
          }
          current = parts.get(nextPart++).open(from);
        }
        BsonSlice entry = current.next();
        if (entry == null) {
          current.close();
          current = null;
          continue;
        }
        Optime optime = new Optime(entry.find("ts").timestamp());
        if (optime.isAfter(until)) {
          return null;
        }
        if (optime.isAfter(last)) {
          last = optime;
          return entry;
        }
      }
    }

    @Override
    public void close() throws IOException {
      if (current != null) {
        current.close();
      }
    }
  }
}
