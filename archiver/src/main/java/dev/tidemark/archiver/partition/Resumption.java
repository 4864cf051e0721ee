package dev.tidemark.archiver.partition;

import dev.tidemark.archive.chain.Chain;
import dev.tidemark.archive.chain.ChainPosition;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archiver.catchup.CatchUp;
import dev.tidemark.archiver.cut.PartitionCutter;
import dev.tidemark.archiver.cut.SegmentOpener;
import dev.tidemark.archiver.cut.SetLane;
import dev.tidemark.archiver.cut.SetWatch;
import dev.tidemark.archiver.durable.DurableFrontier;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/**
 * Finds out where the archive ends and reads a partition on from there: the beginning of an
 * assignment.
 *
 * <p>Reading begins at the smallest offset at which one of the sets in this partition goes on. A
 * set whose newest segment came from another topic, or from another partition, names no offset
 * here; if no set does, reading begins where the topic does. The chain rule drops what is read in
 * vain. A set whose newest segment cannot be read is held, and names no offset either.
 */
final class Resumption implements CatchUp.Reader {

  private final TopicPartition partition;
  private final Workshop workshop;
  private final SetWatch watch;
  private final DurableFrontier frontier;
  private final Publications publications;
  private final PartitionCutter cutter;

  // Known once the reading thread has asked the store.
  private Map<String, SetEnd> ends;
  private SegmentOpener opener;
  private boolean begun;

  Resumption(
      TopicPartition partition,
      Workshop workshop,
      SetWatch watch,
      DurableFrontier frontier,
      Publications publications) {
    this.partition = partition;
    this.workshop = workshop;
    this.watch = watch;
    this.frontier = frontier;
    this.publications = publications;
    this.cutter = new PartitionCutter(partition, workshop.events(), this::laneOf, frontier, watch);
  }

  /** The lanes that the partition is read into; not to be used before reading was handed over. */
  PartitionCutter cutter() {
    return cutter;
  }

  private SetLane laneOf(ReplicaSetRef set, long firstOffset) {
    SetEnd end = ends.get(set.setId());
    SetLane lane =
        new SetLane(
            set,
            end instanceof SetEnd.After after ? chainAfter(after.newest()) : Chain.empty(),
            workshop.limits(),
            opener,
            publications::submit,
            frontier,
            watch);
    if (end instanceof SetEnd.Unreadable unreadable) {
      lane.hold(firstOffset, unreadable.reason());
    }
    return lane;
  }

  private static Chain chainAfter(SegmentIndexEntry newest) {
    return Chain.after(new ChainPosition(newest.getLastTs(), newest.getLastTerm()));
  }

  @Override
  public void prepare() {
    if (ends == null) {
      String topicId = workshop.topicIds().apply(partition.topic());
      opener =
          new SegmentOpener(
              workshop.keys(),
              workshop.spool(),
              workshop.format(),
              topicId,
              partition.partition(),
              workshop.spoolNames());
      ends = new ArchiveEnd(workshop.store(), workshop.keys()).bySetId();
    }
  }

  @Override
  public long begin() {
    if (!begun) {
      List<SegmentIndexEntry> here =
          ends.values().stream().flatMap(Resumption::newest).filter(this::isHere).toList();
      here.forEach(this::resume);
      cutter.rewindTo(
          here.stream()
              .mapToLong(SegmentIndexEntry::getNextOffset)
              .min()
              .orElse(Rereading.BEGINNING));
      begun = true;
    }
    return cutter.position();
  }

  private boolean isHere(SegmentIndexEntry newest) {
    return newest.getTopicId().equals(opener.topicId())
        && newest.getPartition() == partition.partition();
  }

  private static Stream<SegmentIndexEntry> newest(SetEnd end) {
    return end instanceof SetEnd.After after ? Stream.of(after.newest()) : Stream.empty();
  }

  private void resume(SegmentIndexEntry newestHere) {
    ReplicaSetRef set = new ReplicaSetRef(newestHere.getSource(), newestHere.getSetId());
    watch.resumed(set, newestHere);
    workshop.index().resumed(newestHere, publications);
  }

  @Override
  public boolean awaitRoom() throws InterruptedException {
    return workshop.uploads().awaitRoom(Rereading.ROOM_PATIENCE_MILLIS);
  }

  @Override
  public void read(long offset, ByteBuffer value) {
    cutter.take(offset, value);
  }

  @Override
  public void advanceTo(long offset) {
    cutter.advanceTo(offset);
  }
}
