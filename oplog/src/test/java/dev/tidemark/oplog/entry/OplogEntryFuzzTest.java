package dev.tidemark.oplog.entry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.fixture.Attempt;
import dev.tidemark.oplog.fixture.CapturedOplog;
import dev.tidemark.oplog.fixture.Fixtures;
import dev.tidemark.oplog.fixture.Mutator;
import dev.tidemark.oplog.key.DocumentKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
class OplogEntryFuzzTest {

  @Test
  void shouldAnswerWithCodedErrorWhenEntriesAreDamaged(@TempDir Path folder) {
    List<byte[]> entries = new ArrayList<>();
    for (CapturedOplog oplog : CapturedOplog.values()) {
      Fixtures.documents(oplog.unpack(folder).resolve("oplog.bson")).stream()
          .filter(entry -> entry.length() < 2000)
          .forEach(entry -> entries.add(entry.toByteArray()));
    }
    Collections.shuffle(entries, new Random(1));
    int read = 0;
    int valid = 0;
    for (int seed = 0; seed < Attempt.FUZZ_CASES; seed++) {
      Random random = new Random(seed);
      BsonSlice damaged =
          new Mutator(random, entries).mutate(entries.get(random.nextInt(entries.size())));
      read += Attempt.succeeds(() -> readAll(OplogEntry.read(damaged))) ? 1 : 0;
      valid += Attempt.succeeds(damaged::validate) ? 1 : 0;
    }
    assertThat(read).isBetween(Attempt.FUZZ_CASES / 20, Attempt.FUZZ_CASES);
    assertThat(valid).isBetween(Attempt.FUZZ_CASES / 20, Attempt.FUZZ_CASES);
  }

  private static void readAll(OplogEntry entry) {
    Attempt.succeeds(entry::kind);
    Attempt.succeeds(() -> entry.inner(entry.o()));
    Attempt.succeeds(() -> DocumentKey.ofDocument(entry.o()));
    if (entry.o2() != null) {
      Attempt.succeeds(() -> DocumentKey.ofDocument(entry.o2()));
    }
    assertThat(entry.namespace()).isNotNull();
    assertThat(entry.where()).isNotEmpty();
  }
}
