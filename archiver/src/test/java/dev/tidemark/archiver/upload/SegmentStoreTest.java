package dev.tidemark.archiver.upload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.archive.segment.FinishedSegment;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.ObjectContent;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.archive.store.PutCondition;
import dev.tidemark.schemas.serde.TrustedRecords;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentStoreTest {

  @TempDir Path directory;
  @TempDir Path spool;
  private ObjectStore objects;
  private SegmentStore store;
  private Segments segments;

  @BeforeEach
  void open() {
    TrustedRecords.trust();
    objects = ObjectStores.open(ArchiveConfig.ofUrl("file:" + directory));
    store = new SegmentStore(objects);
    segments = new Segments(spool);
  }

  @AfterEach
  void close() {
    objects.close();
  }

  private FinishedSegment segment(int entries, int value) throws IOException {
    return segments.segment(100, entries, value);
  }

  @Test
  void shouldStoreASegmentThatIsNotThere() throws IOException {
    FinishedSegment segment = segment(3, 0);

    assertThat(store.store(segment)).isEqualTo(new UploadOutcome.Stored(segment.entry()));
    assertThat(objects.head(segment.key())).isPresent();
  }

  @Test
  void shouldTakeItsOwnEarlierPutForSuccess() throws IOException {
    UploadOutcome first = store.store(segment(3, 0));

    assertThat(store.store(segment(3, 0))).isEqualTo(first);
  }

  @Test
  void shouldGoOnFromWhereAnEarlierWriterCut() throws IOException {
    FinishedSegment shorter = segment(2, 0);
    store.store(shorter);

    assertThat(store.store(segment(3, 0)))
        .isEqualTo(new UploadOutcome.CutElsewhere(shorter.entry()));
  }

  @Test
  void shouldReplaceNothingWhenEntriesDiffer() throws IOException {
    FinishedSegment there = segment(3, 0);
    store.store(there);
    byte[] before = objects.read(there.key());

    assertThat(store.store(segment(3, 1)))
        .isInstanceOfSatisfying(
            UploadOutcome.Diverged.class,
            diverged ->
                assertThat(diverged.reason())
                    .hasMessageContaining("ARCHIVER_DIVERGENCE")
                    .hasMessageContaining(there.key()));
    assertThat(objects.read(there.key())).isEqualTo(before);
  }

  @Test
  void shouldGiveUpASegmentWhoseSpoolFileIsGone() throws IOException {
    FinishedSegment segment = segment(3, 0);
    segment.close();

    assertThat(store.store(segment)).isInstanceOf(UploadOutcome.Lost.class);
    assertThat(objects.head(segment.key())).isEmpty();
  }

  @Test
  void shouldNotTrustADamagedObject() throws IOException {
    FinishedSegment segment = segment(3, 0);
    objects.put(segment.key(), ObjectContent.of(new byte[] {1, 2, 3}), PutCondition.ifAbsent());

    assertThat(store.store(segment)).isInstanceOf(UploadOutcome.Diverged.class);
    assertThat(objects.read(segment.key())).hasSize(3);
  }
}
