package dev.tidemark.restorer.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.key.DocumentKey;
import dev.tidemark.oplog.update.ModifierOrder;
import dev.tidemark.restorer.merge.DocumentOperation.Kind;
import dev.tidemark.restorer.merge.FoldRules.Traits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OverlayTest {

  private static final int DOCUMENTS = 3_000;

  @TempDir private Path directory;

  @Test
  void shouldHandOutTheSameDocumentsInTheSameOrderHoweverDeepItIsDivided() throws IOException {
    List<BsonSlice> inMemory = drained(Long.MAX_VALUE, Long.MAX_VALUE);
    assertThat(inMemory).hasSize(DOCUMENTS);
    assertThat(drained(50_000, 3_000)).containsExactlyElementsOf(inMemory);
    assertThat(drained(0, 4_000)).containsExactlyElementsOf(inMemory);
  }

  @Test
  void shouldSpillOnlyAsManyPartitionsAsItMust() throws IOException {
    try (Overlay overlay = new Overlay(rules(), 150_000, directory)) {
      fill(overlay);
      assertThat(overlay.isSpilled()).isTrue();
      assertThat(overlay.isSpilled(0)).isFalse();
    }
  }

  @Test
  void shouldLeaveNoFilesBehind() throws IOException {
    drained(0, 4_000);
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
  }

  private List<BsonSlice> drained(long memory, long memoryBelow) throws IOException {
    List<BsonSlice> documents = new ArrayList<>();
    Survivors survivors =
        new Survivors() {
          @Override
          public Batch begin(int collection, int partition) {
            return new Batch() {
              @Override
              public void live(BsonSlice document, long number) {
                documents.add(document);
              }

              @Override
              public void unexplained(BsonSlice id, long optime) {
                throw new AssertionError("nothing is unexplained");
              }

              @Override
              public void undone(BsonSlice id, Undone undone) {
                throw new AssertionError("nothing was left out");
              }
            };
          }

          @Override
          public void done(int partition) {
            // Nothing to do.
          }
        };
    try (Overlay overlay = new Overlay(rules(), memory, directory)) {
      fill(overlay);
      for (int i = 0; i < Overlay.PARTITIONS; i++) {
        if (overlay.isSpilled(i)) {
          try (Overlay folded = overlay.unspilled(i, memoryBelow)) {
            folded.drainAll(i, survivors);
          }
        } else {
          overlay.drain(i, survivors);
        }
      }
    }
    return documents;
  }

  /** Documents are loaded, each is inserted, changed once and again, every tenth deleted. */
  private static void fill(Overlay overlay) throws IOException {
    long sequence = 0;
    for (int round = 0; round < 3; round++) {
      for (int id = 0; id < DOCUMENTS + DOCUMENTS / 10; id++) {
        BsonSlice key = TestOplog.slice(new BsonDocument("_id", new BsonInt32(id)));
        long hash = DocumentKey.ofDocument(key).hash64();
        boolean extra = id >= DOCUMENTS;
        Kind kind = round == 0 ? Kind.INSERT : extra ? Kind.DELETE : Kind.UPDATE;
        BsonSlice payload =
            kind == Kind.UPDATE
                ? TestOplog.slice("{\"$v\": 1, \"$set\": {\"f" + round + "\": " + id + "}}")
                : key;
        overlay.accept(
            new DocumentOperation(kind, 0, hash, sequence + 1, sequence++, key, payload));
      }
    }
  }

  private static FoldRules rules() {
    return new FoldRules(
        ModifierOrder.LEXICOGRAPHIC, new Traits[] {new Traits("lab.things", false, false)});
  }
}
