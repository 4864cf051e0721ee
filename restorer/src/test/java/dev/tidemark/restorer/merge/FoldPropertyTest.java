package dev.tidemark.restorer.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.optime.Optime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The fold against a database that does one operation after the other. */
class FoldPropertyTest {

  private static final int RUNS = 12;
  private static final UUID COLLECTION = new UUID(7, 7);
  private static final String NAMESPACE = "lab.things";

  @TempDir private Path temporary;

  static List<Long> seeds() {
    return new Random(20_261_124L).longs(RUNS).boxed().toList();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void shouldReachTheStateThatOperationsOneByOneReach(long seed) throws IOException {
    RandomDatabase database = new RandomDatabase(seed, NAMESPACE, COLLECTION);
    database.run(100);
    Optime start = database.now();
    List<BsonSlice> base = database.documents();
    List<Optime> moments = new ArrayList<>();
    List<List<BsonSlice>> states = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      database.run(150);
      moments.add(database.now());
      states.add(database.documents());
    }
    for (int i = 0; i < moments.size(); i++) {
      TestBase consistent =
          new TestBase(start, start).collection(NAMESPACE, COLLECTION, "{}", base);

      assertThat(fold(consistent, database.oplog(), moments.get(i), 1 + i, i % 2 * 100_000))
          .isEqualTo(states.get(i));
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void shouldReachTheSameStateOverABaseThatWasReadWhileItChanged(long seed) throws IOException {
    RandomDatabase database = new RandomDatabase(seed, NAMESPACE, COLLECTION);
    database.run(100);
    Optime start = database.now();
    // Every document is read at another moment, in the order of the ids, as a cursor does it.
    List<BsonSlice> read = new ArrayList<>();
    for (int id = 0; id < RandomDatabase.IDS; id++) {
      database.run(2);
      database.find(id).ifPresent(read::add);
    }
    Optime end = database.now();
    List<BsonSlice> atEnd = database.documents();
    database.run(200);
    Optime later = database.now();
    for (int lanes : new int[] {1, 2, 8}) {
      for (long memory : new long[] {0, 1 << 20}) {
        TestBase fuzzy = new TestBase(start, end).collection(NAMESPACE, COLLECTION, "{}", read);

        assertThat(fold(fuzzy, database.oplog(), end, lanes, memory)).isEqualTo(atEnd);
        assertThat(fold(fuzzy, database.oplog(), later, lanes, memory))
            .isEqualTo(database.documents());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void shouldChangeNothingWhenASuffixIsReplayedTwice(long seed) throws IOException {
    RandomDatabase database = new RandomDatabase(seed, NAMESPACE, COLLECTION);
    database.run(50);
    Optime middle = database.now();
    database.run(400);
    Optime last = database.now();
    List<BsonSlice> after = database.documents();

    // The base is what the suffix led to already.
    TestBase replayed = new TestBase(middle, last).collection(NAMESPACE, COLLECTION, "{}", after);

    assertThat(fold(replayed, database.oplog(), last, 2, 1 << 20)).isEqualTo(after);
  }

  private List<BsonSlice> fold(
      TestBase base, TestOplog oplog, Optime target, int lanes, long memory) throws IOException {
    TestSink sink = new TestSink(false);
    MergeReport report =
        new MergeRestore(
                base,
                oplog,
                ReplayTarget.ofReplicaSet(target),
                NamespaceSelection.ALL,
                new MergeOptions(lanes, memory, temporary),
                MergeListener.NONE)
            .run(sink);
    assertThat(report.complete()).isTrue();
    List<BsonSlice> documents = new ArrayList<>(sink.documents(NAMESPACE));
    documents.sort(
        Comparator.comparing(document -> document.toRawBsonDocument().getNumber("_id").intValue()));
    return documents;
  }
}
