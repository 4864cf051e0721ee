package dev.tidemark.restorer.rollforward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.archive.dump.CollectionMetadata;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.ObjectContent;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.archive.store.PutCondition;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.fixture.BroughtBackBase;
import dev.tidemark.restorer.merge.RestoredCollection;
import dev.tidemark.restorer.merge.Window;
import dev.tidemark.restorer.snapshot.SourceCollection;
import dev.tidemark.restorer.undo.Finding;
import dev.tidemark.restorer.undo.UndoReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkObjectsTest {

  private static final RestoredCollection ORDERS =
      new RestoredCollection(
          "shop.orders",
          "shop",
          "orders",
          new CollectionMetadata(
              "collection", new BsonDocument(), List.of(), Optional.of(new UUID(1, 2))));

  private static final Window WINDOW =
      new Window(
          0x0FFF_FFFF_FFFF_FFFFL,
          List.of(
              new Window.Images(
                  ORDERS, List.of(bson("{_id: 1, a: 2}")), List.of(bson("{_id: 3}")))),
          4,
          Map.of());

  @TempDir private Path directory;
  private ObjectStore store;
  private WorkObjects work;

  @BeforeEach
  void open() {
    store = ObjectStores.open(ArchiveConfig.ofUrl("file:" + directory));
    work = new WorkObjects(store, new ObjectKeys("shop"), "r-42");
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static BsonSlice bson(String json) {
    return BroughtBackBase.slice(RawBsonDocument.parse(json));
  }

  /** What a worker of an earlier release has stored is read by one of a later release. */
  @Test
  void shouldKeepTheirFormWhenImagesAreStored() throws IOException {
    String name = work.putWindow(WINDOW, 3);

    assertThat(name).isEqualTo("window-0fffffffffffffff-3.bson");
    byte[] stored = store.read("shop/work/r-42/" + name);
    assertThat(HexFormat.of().formatHex(stored))
        .isEqualTo(
            "28000000"
                + "126c61737400ffffffffffffff0f"
                + "12756e6578706c61696e6564000400000000000000"
                + "00"
                + "30000000"
                + "026e73000c00000073686f702e6f726465727300"
                + "107772697474656e0001000000"
                + "10676f6e650001000000"
                + "00"
                + "15000000105f696400010000001061000200000000"
                + "0e000000105f6964000300000000");
    Window read = work.window(name, List.of(ORDERS));
    assertThat(read).isEqualTo(WINDOW);
  }

  @Test
  void shouldGiveBackWhatAnUndoCameTo() throws IOException {
    Map<Finding, UndoReport.Documents> findings =
        Map.of(
            Finding.NULLS,
            new UndoReport.Documents(
                30,
                List.of(new UndoReport.Example("shop.orders", Optime.of(7, 1), "{\"_id\": 1}"))),
            Finding.REPLACED,
            new UndoReport.Documents(1, List.of()));
    Window window = new Window(WINDOW.last(), WINDOW.collections(), 0, findings);

    assertThat(work.findings(work.putFindings(findings, 3, 1))).isEqualTo(findings);
    assertThat(work.window(work.putWindow(window, 3), List.of(ORDERS))).isEqualTo(window);
  }

  @Test
  void shouldRefuseImagesThatEndTooEarly() throws IOException {
    String name = work.putWindow(WINDOW, 3);
    String key = "shop/work/r-42/" + name;
    byte[] stored = store.read(key);
    store.put(
        key, ObjectContent.of(Arrays.copyOf(stored, stored.length - 14)), PutCondition.always());

    assertThatThrownBy(() -> work.window(name, List.of(ORDERS)))
        .isInstanceOf(ArchiveException.class)
        .hasMessageContaining("ends too early");
  }

  @Test
  void shouldGiveBackWhatABaseListed() throws IOException {
    ListedBase base =
        new ListedBase(
            "target",
            Optime.of(7, 1),
            List.of(
                new SourceCollection(
                    "shop",
                    "orders",
                    "collection",
                    BsonDocument.parse("{validator: {a: 1}}"),
                    List.of(BsonDocument.parse("{v: 2, key: {_id: 1}, name: '_id_'}")),
                    Optional.of(new UUID(3, 4))),
                new SourceCollection(
                    "shop",
                    "open",
                    "view",
                    BsonDocument.parse("{viewOn: 'orders', pipeline: []}"),
                    List.of(),
                    Optional.empty())));

    String name = work.putListing(base, 1);

    assertThat(work.listing(name, "target", Optime.of(7, 1))).isEqualTo(base);
    work.clear();
    try (var left = store.list("")) {
      assertThat(left).isEmpty();
    }
  }
}
