package dev.tidemark.restorer.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.key.DocumentKey;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.undo.Finding;
import dev.tidemark.restorer.undo.SkipRules;
import dev.tidemark.restorer.undo.UndoReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WindowedFoldTest {

  private static final UUID ORDERS = new UUID(1, 1);
  private static final int LARGE = 100_000;
  private static final int TENANTS = 10;
  private static final WindowLimits LIMITS = new WindowLimits(1_000, 4L * LARGE, 1_000);

  @TempDir private Path temporary;

  private final TestOplog oplog = new TestOplog().noop();
  private final Map<DocumentKey, BsonSlice> target = new HashMap<>();
  private final List<Window> windows = new ArrayList<>();
  private Optime moment = Optime.of(1, 1);
  private SkipRules skip = SkipRules.NONE;
  private Optional<UndoReport> undo = Optional.empty();
  private long mostReadAtATime;

  @Test
  void shouldReadNoMoreThanAWindowMayHoldHoweverManyKeysThereAre() throws IOException {
    for (int id = 0; id < 60; id++) {
      // One of ten is large, and one is larger than a window may be.
      put(document(id, id == 30 ? 6 * LARGE : id % 10 == 0 ? LARGE : 50));
      oplog.update("shop.orders", ORDERS, id(id), update());
    }

    run();

    assertThat(written()).isEqualTo(60);
    assertThat(mostReadAtATime).isLessThan(6L * LARGE + 4L * LARGE);
    assertThat(windows)
        .allSatisfy(
            window ->
                assertThat(bytes(window)).isLessThan((long) (images(window) == 1 ? 7 : 5) * LARGE));
  }

  @Test
  void shouldCountWhatEntriesCarry() throws IOException {
    for (int id = 0; id < 40; id++) {
      oplog.insert("shop.orders", ORDERS, document(id, LARGE));
      oplog.update("shop.orders", ORDERS, id(id), update());
    }

    run();

    assertThat(written()).isEqualTo(40);
    assertThat(windows).allSatisfy(window -> assertThat(bytes(window)).isLessThan(5L * LARGE));
  }

  @Test
  void shouldTakeDocumentsOfOneIdTogetherHoweverManyCollectionsHoldIt() throws IOException {
    for (int id = 0; id < 40; id++) {
      put(document(id, LARGE));
      oplog.update("shop.orders", ORDERS, id(id), update());
    }
    for (int tenant = 1; tenant <= TENANTS; tenant++) {
      for (int id = 10; id < 30; id++) {
        oplog.update("shop.tenant" + tenant, tenant(tenant), id(id), update());
      }
    }

    run();

    assertThat(written()).isEqualTo(40 + 20 * TENANTS);
  }

  @Test
  void shouldLeaveOutWhatIsSkippedAndSayWhatCameOfIt() throws IOException {
    for (int id = 0; id < 4; id++) {
      put(id(id).append("n", new BsonInt32(0)));
    }
    oplog
        .delete("shop.orders", ORDERS, id(0))
        .update("shop.orders", ORDERS, id(1), set("n", 1))
        .insert("shop.orders", ORDERS, id(9))
        .update("shop.orders", ORDERS, id(1), set("m", 2))
        .update("shop.orders", ORDERS, id(2), set("m", 2))
        .delete("shop.orders", ORDERS, id(3))
        .update("shop.orders", ORDERS, id(9), set("m", 2));
    skip = SkipRules.parse(List.of("2:1..4:1 shop.orders"));

    run();

    assertThat(windows.stream().flatMap(window -> window.collections().stream()))
        .flatExtracting(Window.Images::written)
        .containsExactlyInAnyOrder(
            TestOplog.slice("{'_id': 1, 'n': 0, 'm': 2}"),
            TestOplog.slice("{'_id': 2, 'n': 0, 'm': 2}"));
    assertThat(windows.stream().flatMap(window -> window.collections().stream()))
        .flatExtracting(Window.Images::gone)
        .containsExactly(TestOplog.slice("{'_id': 3}"));
    assertThat(windows).allMatch(window -> window.unexplained() == 0);
    assertThat(undo.orElseThrow().count()).isEqualTo(3);
    assertThat(undo.orElseThrow().documents())
        .containsOnlyKeys(Finding.LATER_UPDATES, Finding.WITHOUT_TARGET);
    assertThat(undo.orElseThrow().documents().get(Finding.LATER_UPDATES).examples())
        .containsExactly(
            new UndoReport.Example(
                "shop.orders", Optime.of(5, 1), "{\"_id\": {\"$numberInt\": \"1\"}}"));
  }

  @Test
  void shouldApplyWhatWasPreparedBeforeTheBaseAndCommittedBehindIt() throws IOException {
    put(id(1).append("n", new BsonInt32(0)));
    oplog
        .prepare(ORDERS, "{'op': 'i', 'ns': 'shop.orders', 'o': {'_id': 7}}")
        .update("shop.orders", ORDERS, id(1), set("n", 1));
    moment = oplog.last();
    oplog.noop().commit(moment).noop();

    run();

    assertThat(windows.stream().flatMap(window -> window.collections().stream()))
        .flatExtracting(Window.Images::written)
        .containsExactly(TestOplog.slice("{'_id': 7}"));
  }

  @Test
  void shouldRefuseToLeaveOutWhatTheBaseShows() {
    oplog.insert("shop.orders", ORDERS, id(1));
    skip = SkipRules.parse(List.of("1:1"));

    assertThatThrownBy(this::run)
        .isInstanceOfSatisfying(
            TidemarkException.class,
            e -> assertThat(e.code()).isEqualTo(RestorerError.UNDO_BEFORE_BASE_END));
  }

  private static UUID tenant(int number) {
    return new UUID(2, number);
  }

  private void run() throws IOException {
    TestBase base = new TestBase(moment, moment).collection("shop.orders", ORDERS, "{}", List.of());
    for (int tenant = 1; tenant <= TENANTS; tenant++) {
      base = base.collection("shop.tenant" + tenant, tenant(tenant), "{}", List.of());
    }
    try (WindowedFold fold =
        WindowedFold.scan(
            base,
            oplog,
            ReplayTarget.ofReplicaSet(oplog.last()),
            NamespaceSelection.ALL,
            skip,
            new MergeOptions(1, 1 << 20, temporary),
            MergeListener.NONE)) {
      fold.spill(OptionalLong.empty());
      fold.run(
          (collection, keys, found) -> {
            long read = 0;
            boolean more = true;
            for (int i = 0; i < keys.size() && more; i++) {
              BsonSlice document = target.get(DocumentKey.ofDocument(keys.get(i)));
              if (document != null) {
                read += document.length();
                more = found.test(document);
              }
            }
            mostReadAtATime = Math.max(mostReadAtATime, read);
          },
          LIMITS,
          windows::add);
      UndoneDocuments undone = new UndoneDocuments();
      windows.forEach(window -> undone.add(window.undone()));
      undo = fold.undo(undone.documents());
    }
  }

  private void put(BsonDocument document) {
    BsonSlice slice = TestOplog.slice(document);
    target.put(DocumentKey.ofDocument(slice), slice);
  }

  private long written() {
    return windows.stream().mapToLong(WindowedFoldTest::images).sum();
  }

  private static long images(Window window) {
    return window.collections().stream().mapToLong(images -> images.written().size()).sum();
  }

  private static long bytes(Window window) {
    return window.collections().stream()
        .flatMap(images -> images.written().stream())
        .mapToLong(BsonSlice::length)
        .sum();
  }

  private static BsonDocument document(int id, int bytes) {
    return id(id).append("text", new BsonString("x".repeat(bytes)));
  }

  private static BsonDocument id(int id) {
    return new BsonDocument("_id", new BsonInt32(id));
  }

  private static BsonDocument set(String field, int value) {
    return BsonDocument.parse("{'$v': 2, 'diff': {'u': {'%s': %d}}}".formatted(field, value));
  }

  private static BsonDocument update() {
    return BsonDocument.parse("{'$v': 2, 'diff': {'i': {'q': 1}}}");
  }
}
