package dev.tidemark.restorer.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.entry.OpKind;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.undo.Finding;
import dev.tidemark.restorer.undo.SkipRules;
import dev.tidemark.restorer.undo.UndoReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Leaving entries out against an oplog that never held them. */
class UndoPropertyTest {

  private static final int RUNS = 8;
  private static final UUID COLLECTION = new UUID(7, 7);
  private static final String NAMESPACE = "lab.things";

  @TempDir private Path temporary;

  private RandomDatabase database;
  private Optime start;
  private List<BsonSlice> base;

  static List<Long> seeds() {
    return new Random(20_261_125L).longs(RUNS).boxed().toList();
  }

  /** An update without a document is another matter: a replacement would make one. */
  @ParameterizedTest
  @MethodSource("seeds")
  void shouldReachTheStateOfAnOplogWithoutSomeUpdatesAndDeletes(long seed) throws IOException {
    run(seed);
    Random random = new Random(seed);

    shouldEqualAnOplogWithout(
        entry -> entry.kind() != OpKind.INSERT && random.nextInt(4) == 0, true);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void shouldReachTheStateOfAnOplogWithoutAllThatConcernsSomeDocuments(long seed)
      throws IOException {
    run(seed);

    shouldEqualAnOplogWithout(
        entry -> Scan.keyDocument(entry).toRawBsonDocument().getNumber("_id").intValue() % 3 == 0,
        false);
  }

  private void run(long seed) {
    database = new RandomDatabase(seed, NAMESPACE, COLLECTION);
    database.run(100);
    start = database.now();
    base = database.documents();
    database.run(600);
  }

  private void shouldEqualAnOplogWithout(Predicate<OplogEntry> left, boolean findings)
      throws IOException {
    TestOplog rest = new TestOplog();
    List<String> skip = new ArrayList<>();
    for (BsonSlice raw : database.oplog().entries()) {
      OplogEntry entry = OplogEntry.read(raw);
      if (entry.optime().isAfter(start) && left.test(entry)) {
        skip.add(entry.optime().toString());
      } else {
        rest.entries().add(raw);
      }
    }
    // The rest has to reach as far.
    OplogEntry last =
        OplogEntry.read(database.oplog().entries().get(database.oplog().entries().size() - 1));
    Optime target = last.optime();
    rest.noopAt(target.next());

    List<BsonSlice> expected = fold(rest, target, List.of(), 1, 1 << 20).documents();
    Folded first = fold(database.oplog(), target, skip, 1, 1 << 20);

    assertThat(first.documents()).isEqualTo(expected).isNotEqualTo(database.documents());
    UndoReport report = first.report().undo().orElseThrow();
    assertThat(report.count()).isEqualTo(skip.size());
    if (findings) {
      assertThat(report.documents()).containsKeys(Finding.LATER_UPDATES, Finding.REPLACED);
    } else {
      assertThat(report.documents()).isEmpty();
    }
    for (int lanes : new int[] {1, 8}) {
      for (long memory : new long[] {0, 5_000, 1 << 20}) {
        Folded other = fold(database.oplog(), target, skip, lanes, memory);

        assertThat(other.documents()).isEqualTo(expected);
        assertThat(other.report().undo()).contains(report);
      }
    }
  }

  private record Folded(List<BsonSlice> documents, MergeReport report) {}

  private Folded fold(TestOplog oplog, Optime target, List<String> skip, int lanes, long memory)
      throws IOException {
    TestSink sink = new TestSink(false);
    MergeReport report =
        new MergeRestore(
                new TestBase(start, start).collection(NAMESPACE, COLLECTION, "{}", base),
                oplog,
                ReplayTarget.ofReplicaSet(target),
                NamespaceSelection.ALL,
                new MergeOptions(lanes, memory, temporary),
                MergeListener.NONE,
                SkipRules.parse(skip))
            .run(sink);
    assertThat(report.complete()).isTrue();
    List<BsonSlice> documents = new ArrayList<>(sink.documents(NAMESPACE));
    documents.sort(
        Comparator.comparing(document -> document.toRawBsonDocument().getNumber("_id").intValue()));
    return new Folded(documents, report);
  }
}
