package dev.tidemark.archiver.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.segment.FinishedSegment;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.ForwardingObjectStore;
import dev.tidemark.archive.store.ObjectContent;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.archive.store.PutCondition;
import dev.tidemark.archive.store.PutResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadLaneTest {

  @TempDir Path directory;
  @TempDir Path spool;
  private final AtomicInteger failures = new AtomicInteger();
  private final List<String> attempts = new CopyOnWriteArrayList<>();
  private volatile Error error;
  private ObjectStore files;
  private UploadPool pool;
  private Segments segments;

  @BeforeEach
  void open() {
    files = ObjectStores.open(ArchiveConfig.ofUrl("file:" + directory));
    segments = new Segments(spool);
    UploadWatch silent =
        new UploadWatch() {
          @Override
          public void stored(long bytes, long nanos) {}

          @Override
          public void failed() {}
        };
    pool = new UploadPool(new SegmentStore(new Unsteady()), 4, 1 << 20, new Backoff(1, 2), silent);
  }

  @AfterEach
  void close() {
    pool.close();
    files.close();
  }

  /** Records attempts to put, and lets some of them fail. */
  private final class Unsteady extends ForwardingObjectStore {
    Unsteady() {
      super(files);
    }

    @Override
    public PutResult put(String key, ObjectContent content, PutCondition condition) {
      attempts.add(key);
      if (error != null) {
        throw error;
      }
      if (failures.getAndDecrement() > 0) {
        throw new ArchiveException(ArchiveError.ARCHIVE_UNAVAILABLE, "away", key, "wait");
      }
      return super.put(key, content, condition);
    }
  }

  private static SegmentUpload upload(FinishedSegment segment) {
    return new SegmentUpload(segment, new Object());
  }

  private static void awaitOutcome(SegmentUpload upload) {
    await().atMost(Duration.ofSeconds(20)).until(() -> upload.outcome().isPresent());
  }

  @Test
  void shouldStoreASegmentAfterItsPredecessorThoughThatTakesSeveralAttempts() throws IOException {
    failures.set(3);
    SegmentUpload first = upload(segments.segment(100, 5, 0));
    SegmentUpload second = upload(segments.segment(105, 5, 0));
    UploadLane lane = pool.lane();

    lane.submit(first);
    lane.submit(second);

    awaitOutcome(second);
    String key = first.key();
    assertThat(attempts).containsExactly(key, key, key, key, second.key());
    assertThat(second.outcome()).contains(new UploadOutcome.Stored(second.entry()));
    await().atMost(Duration.ofSeconds(20)).until(() -> pool.waitingBytes() == 0);
  }

  @Test
  void shouldStoreNothingBehindASegmentThatIsCutElsewhereInTheStore() throws IOException {
    try (FinishedSegment longer = segments.segment(100, 7, 0)) {
      new SegmentStore(files).store(longer);
    }
    SegmentUpload first = upload(segments.segment(100, 5, 0));
    SegmentUpload second = upload(segments.segment(105, 5, 0));
    UploadLane lane = pool.lane();

    lane.submit(first);
    lane.submit(second);

    awaitOutcome(first);
    assertThat(first.outcome()).get().isInstanceOf(UploadOutcome.CutElsewhere.class);
    SegmentUpload another = upload(segments.segment(300, 5, 0));
    UploadLane other = pool.lane();
    other.submit(another);
    awaitOutcome(another);
    assertThat(attempts).doesNotContain(second.key());
    assertThat(second.outcome()).isEmpty();
  }

  @Test
  void shouldSayThatAnErrorOfTheMachineEndedAnUpload() throws IOException {
    error = new OutOfMemoryError("in this test only");
    SegmentUpload upload = upload(segments.segment(100, 5, 0));

    pool.lane().submit(upload);

    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThatThrownBy(upload::outcome).hasCause(error));
    assertThat(pool.waitingBytes()).isZero();
  }

  @Test
  void shouldGiveTheRoomBackWhenUploadsAreAbandoned() throws IOException {
    failures.set(Integer.MAX_VALUE);
    SegmentUpload first = upload(segments.segment(100, 5, 0));
    SegmentUpload second = upload(segments.segment(105, 5, 0));
    UploadLane lane = pool.lane();
    lane.submit(first);
    lane.submit(second);
    assertThat(pool.waitingBytes()).isPositive();

    pool.abandon(first);
    pool.abandon(second);

    assertThat(pool.waitingBytes()).isZero();
  }
}
