package dev.tidemark.restorer.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.archive.dump.DocumentStream;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A damaged oplog ends a restore with a code, or not at all; never in another way. */
class FoldFuzzTest {

  private static final int ROUNDS = 600;
  private static final UUID COLLECTION = new UUID(7, 7);

  @TempDir private Path temporary;

  @Test
  void shouldFailWithACodeWhateverAnEntryHolds() throws IOException {
    Random random = new Random(99);
    RandomDatabase database = new RandomDatabase(5, "lab.things", COLLECTION);
    database.run(60);
    Optime start = database.now();
    List<BsonSlice> base = database.documents();
    database.run(120);
    int failures = 0;
    for (int round = 0; round < ROUNDS; round++) {
      List<BsonSlice> damaged = new ArrayList<>(database.oplog().entries());
      for (int i = 0; i < 3; i++) {
        int at = 60 + random.nextInt(damaged.size() - 60);
        damaged.set(at, damage(damaged.get(at), random));
      }
      TestBase whole = new TestBase(start, start).collection("lab.things", COLLECTION, "{}", base);
      try {
        new MergeRestore(
                whole,
                source(damaged),
                ReplayTarget.ofReplicaSet(database.now()),
                NamespaceSelection.ALL,
                new MergeOptions(1 + round % 2, round % 3 == 0 ? 0 : 1 << 20, temporary),
                MergeListener.NONE)
            .run(new TestSink(false));
      } catch (TidemarkException e) {
        assertThat(e.code()).isNotNull();
        failures++;
      }
    }
    assertThat(failures).isBetween(ROUNDS / 10, ROUNDS);
  }

  /** Changes some bytes behind the length. */
  private static BsonSlice damage(BsonSlice entry, Random random) {
    byte[] bytes = entry.toByteArray();
    for (int i = random.nextInt(3); i >= 0; i--) {
      bytes[4 + random.nextInt(bytes.length - 5)] = (byte) random.nextInt(256);
    }
    return BsonSlice.of(Arrays.copyOf(bytes, bytes.length));
  }

  private static OplogSource source(List<BsonSlice> entries) {
    return new OplogSource() {
      @Override
      public String location() {
        return "a damaged oplog";
      }

      @Override
      public DocumentStream open(Optime from) {
        Iterator<BsonSlice> rest = entries.iterator();
        return new DocumentStream() {
          @Override
          public BsonSlice next() {
            return rest.hasNext() ? rest.next() : null;
          }

          @Override
          public void close() {
            // Nothing is open.
          }
        };
      }
    };
  }
}
