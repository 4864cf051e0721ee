package dev.tidemark.archiver.partition;

import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archiver.catchup.CatchUp;
import dev.tidemark.archiver.catchup.Handover;
import dev.tidemark.archiver.cut.PartitionCutter;
import dev.tidemark.archiver.cut.SetWatch;
import dev.tidemark.archiver.durable.DurableFrontier;
import dev.tidemark.archiver.upload.SegmentUpload;
import dev.tidemark.archiver.upload.UploadOutcome;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.registry.SchemaRegistryException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One assignment of a partition: from the moment it is given to this instance until it is taken
 * away. A new assignment starts with a new object, so nothing late of an older one has an effect.
 *
 * <p>Records come from the stream thread, which must not wait. Whenever they cannot be handled at
 * once, the partition is read again by a thread that may wait: at the beginning of the assignment,
 * when the spool is full, when the registry does not answer, and from the beginning of the topic
 * when a set turns up that has entries missing and nothing archived. Where what is cut cannot be
 * trusted any more, because the spool failed or the archive was cut elsewhere, cutting begins again
 * at the archive's end with nothing that was there before. Called by the stream thread alone.
 */
public final class PartitionArchiver implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PartitionArchiver.class);

  private final TopicPartition partition;
  private final Workshop workshop;
  private final Consumer<SegmentIndexEntry> published;
  private final SetWatch watch;
  private DurableFrontier frontier;
  private Publications publications;
  private PartitionCutter cutter;
  private CatchUp catchUp;
  private int spoolFailures;

  /**
   * Starts by reading what the archive does not hold yet.
   *
   * @param published takes the index entry of each stored segment, in the order of its set's chain
   */
  public PartitionArchiver(
      TopicPartition partition, Workshop workshop, Consumer<SegmentIndexEntry> published) {
    this.partition = partition;
    this.workshop = workshop;
    this.published = published;
    this.watch = workshop.watches().get();
    beginFromArchive(0);
  }

  /**
   * Cuts what the archive does not hold yet, into lanes that know of nothing else.
   *
   * @param delayMillis how long it waits before
   */
  private void beginFromArchive(long delayMillis) {
    frontier = new DurableFrontier();
    publications = new Publications(workshop.uploads());
    Resumption resumption = new Resumption(partition, workshop, watch, frontier, publications);
    cutter = resumption.cutter();
    catchUp(resumption, delayMillis);
  }

  /** Takes a record of the partition. */
  public void record(long offset, ByteBuffer value) {
    takeOver();
    if (catchUp != null) {
      catchUp.handover().offer(offset, value);
    } else {
      handle(offset, value);
    }
  }

  /** Publishes what was stored meanwhile, and moves on where that became possible. */
  public void tick() {
    takeOver();
    SegmentIndexEntry known;
    while ((known = publications.nextKnown()) != null) {
      published.accept(known);
    }
    SegmentUpload upload;
    while ((upload = publications.nextEnded()) != null) {
      if (!publish(upload, upload.outcome().orElseThrow())) {
        return;
      }
    }
    frontier.offset().ifPresent(offset -> workshop.durable().show(partition, offset));
  }

  /** Whether the next upload may be looked at. */
  private boolean publish(SegmentUpload upload, UploadOutcome outcome) {
    if (outcome instanceof UploadOutcome.Stored stored) {
      spoolFailures = 0;
      frontier.release(upload.holder());
      SegmentIndexEntry entry = stored.entry();
      watch.published(new ReplicaSetRef(entry.getSource(), entry.getSetId()), entry);
      workshop.index().stored(entry);
      published.accept(entry);
      return true;
    }
    if (outcome instanceof UploadOutcome.Diverged diverged) {
      // The lane belongs to whoever reads: stop that first.
      boolean wasCatchingUp = catchUp != null;
      stopCatchUp();
      publications.drop(upload.entry().getSetId());
      cutter.hold(upload, diverged.reason());
      if (wasCatchingUp) {
        catchUp(new Rereading(cutter, workshop, cutter.position()), 0);
      }
      return true;
    }
    if (outcome instanceof UploadOutcome.Lost lost) {
      beginAgainAfter(lost.reason());
      return false;
    }
    LOG.info(
        "{} was cut elsewhere before; cutting {} again from there",
        upload.entry().getObjectKey(),
        partition);
    beginAgain(0);
    return false;
  }

  private void takeOver() {
    if (catchUp == null) {
      return;
    }
    try {
      catchUp.check();
    } catch (ArchiveException e) {
      beginAgainAfter(e);
      return;
    }
    if (!catchUp.handover().isDone()) {
      return;
    }
    List<Handover.Offered> kept = catchUp.handover().take();
    // Its thread ends by itself and touches nothing any more: no need to wait for that.
    catchUp = null;
    // One of them may begin another catching up, which then takes the rest.
    kept.forEach(offered -> record(offered.offset(), offered.value()));
    rereadForStart();
  }

  private void handle(long offset, ByteBuffer value) {
    if (workshop.uploads().hasRoom() && take(offset, value)) {
      rereadForStart();
      return;
    }
    if (catchUp == null) {
      catchUp(new Rereading(cutter, workshop, cutter.position()), 0);
    }
    catchUp.handover().offer(offset, value);
  }

  /** Whether it could be taken; where cutting began again, a catching up reads on already. */
  private boolean take(long offset, ByteBuffer value) {
    try {
      cutter.take(offset, value);
      return true;
    } catch (SchemaRegistryException e) {
      LOG.warn("{}@{} waits for the schema registry", partition, offset, e);
    } catch (ArchiveException e) {
      beginAgainAfter(e);
    }
    return false;
  }

  private void rereadForStart() {
    if (catchUp == null && cutter.missesAStart()) {
      catchUp(new Rereading(cutter, workshop, Rereading.BEGINNING), 0);
    }
  }

  /**
   * The lanes are ahead of what could be written, so they are thrown away: what was not stored is
   * in the topic. Again and again, with growing pauses, until the disk takes it.
   */
  private void beginAgainAfter(ArchiveException spoolFailure) {
    if (!spoolFailure.isRetriable()) {
      throw spoolFailure;
    }
    watch.spoolFailed(spoolFailure);
    spoolFailures++;
    beginAgain(workshop.backoff().millisAfter(spoolFailures));
  }

  private void beginAgain(long delayMillis) {
    discard();
    beginFromArchive(delayMillis);
  }

  private void catchUp(CatchUp.Reader reader, long delayMillis) {
    catchUp =
        CatchUp.start(
            partition,
            workshop.consumers(),
            reader,
            new Handover(workshop.handoverBytes()),
            delayMillis);
  }

  private void stopCatchUp() {
    if (catchUp != null) {
      catchUp.close();
      catchUp = null;
    }
  }

  /** Throws away what is not stored; the topic still has it. */
  private void discard() {
    stopCatchUp();
    cutter.close();
    publications.close();
  }

  @Override
  public void close() {
    discard();
    watch.close();
  }
}
