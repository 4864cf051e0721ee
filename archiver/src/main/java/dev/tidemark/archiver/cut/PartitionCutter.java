package dev.tidemark.archiver.cut;

import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archiver.durable.DurableFrontier;
import dev.tidemark.archiver.error.ArchiverError;
import dev.tidemark.archiver.upload.SegmentUpload;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.schemas.event.EncodedEvent;
import dev.tidemark.schemas.event.OplogEventReader;
import dev.tidemark.schemas.registry.SchemaRegistryException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Cuts the events of a partition into segments, one lane per replica set.
 *
 * <p>An event counts as accepted before it is written, so a spool that fails in between leaves a
 * cutter that is ahead of its segments. It takes nothing any more then: the partition is to be cut
 * again from where its archive ends, by another one.
 *
 * <p>Not thread-safe: it belongs to the thread that reads the partition at the moment, and goes
 * from one to the other by a {@link dev.tidemark.archiver.catchup.Handover}.
 */
public final class PartitionCutter implements AutoCloseable {

  private final TopicPartition partition;
  private final OplogEventReader events;
  private final LaneFactory lanes;
  private final DurableFrontier frontier;
  private final SetWatch watch;
  private final Map<String, SetLane> lanesBySetId = new HashMap<>();
  private long position;
  private boolean readFromBeginning;
  private RuntimeException failure;

  /** Makes the lane of a set from where its archive ends. */
  @FunctionalInterface
  public interface LaneFactory {
    /**
     * Makes it when the set's first event turns up.
     *
     * @param firstOffset of that event
     */
    SetLane laneOf(ReplicaSetRef set, long firstOffset);
  }

  public PartitionCutter(
      TopicPartition partition,
      OplogEventReader events,
      LaneFactory lanes,
      DurableFrontier frontier,
      SetWatch watch) {
    this.partition = partition;
    this.events = events;
    this.lanes = lanes;
    this.frontier = frontier;
    this.watch = watch;
  }

  /**
   * Takes the record at an offset; one before {@link #position()} is known already.
   *
   * @throws SchemaRegistryException if the registry does not answer now; the record was not taken
   * @throws ArchiveException {@code ARCHIVE_DISK_FAILED} if a segment cannot be spooled, and for
   *     every later record
   */
  public void take(long offset, ByteBuffer value) {
    if (failure != null) {
      throw failure;
    }
    if (offset < position) {
      return;
    }
    EncodedEvent event;
    SetLane lane;
    try {
      event = events.read(value);
      lane = lane(offset, event);
    } catch (SchemaRegistryException e) {
      if (e.isRetriable()) {
        throw e;
      }
      passOver(offset, e);
      return;
    } catch (SerializationException e) {
      passOver(offset, e);
      return;
    }
    accept(lane, offset, event);
    advanceTo(offset + 1);
  }

  private void accept(SetLane lane, long offset, EncodedEvent event) {
    try {
      lane.accept(offset, event);
    } catch (RuntimeException e) {
      failure = e;
      throw e;
    }
  }

  private void passOver(long offset, SerializationException reason) {
    watch.unreadable(unreadable(offset, reason));
    advanceTo(offset + 1);
  }

  private SetLane lane(long offset, EncodedEvent event) {
    String setId = event.view().setId();
    SetLane lane = lanesBySetId.get(setId);
    if (lane == null) {
      lane = lanes.laneOf(set(event), offset);
      lanesBySetId.put(setId, lane);
    }
    return lane;
  }

  private static ReplicaSetRef set(EncodedEvent event) {
    try {
      return new ReplicaSetRef(event.view().source(), event.view().setId());
    } catch (IllegalArgumentException e) {
      throw new SerializationException("Not an event of a replica set", e);
    }
  }

  /** An unreadable record is nobody's: the chain shows whose it was, if it was an entry. */
  private TidemarkException unreadable(long offset, SerializationException e) {
    return new TidemarkException(
        ArchiverError.ARCHIVER_RECORD_UNREADABLE,
        e.getMessage(),
        partition + "@" + offset,
        "Find out what wrote it; if an entry is missing, the chain of its set breaks and names it",
        e);
  }

  /** Records that everything before an offset was read, also where no record of it exists. */
  public void advanceTo(long offset) {
    position = Math.max(position, offset);
    frontier.advance(position);
  }

  /** The offset to be read next. */
  public long position() {
    return position;
  }

  /**
   * Goes back to where reading begins. What was accepted before is dropped as duplicates, so going
   * back too far costs time and nothing else.
   */
  public void rewindTo(long offset) {
    position = offset;
    readFromBeginning |= offset == 0;
  }

  /**
   * Whether a set has events here and nothing archived, and its start was not seen: it may lie
   * before the offset where reading began.
   */
  public boolean missesAStart() {
    return !readFromBeginning
        && lanesBySetId.values().stream().anyMatch(lane -> lane.isStopped() && lane.isUnknown());
  }

  /** Stops a set whose stored segment is not what the topic holds. */
  public void hold(SegmentUpload upload, TidemarkException reason) {
    SetLane lane = lanesBySetId.get(upload.entry().getSetId());
    if (lane != null) {
      lane.hold(upload.entry().getFirstOffset(), reason);
    }
  }

  /** Throws away what is open; the topic still has it. */
  @Override
  public void close() {
    lanesBySetId.values().forEach(SetLane::discard);
  }
}
