package dev.tidemark.oplog.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.fixture.CapturedOplog;
import dev.tidemark.oplog.fixture.Documents;
import dev.tidemark.oplog.fixture.DumpMetadata;
import dev.tidemark.oplog.fixture.Fixtures;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.oplog.txn.ApplyWindow;
import dev.tidemark.oplog.txn.TransactionAssembler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonNumber;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The catalogue at every moment of which a real server's state is known. */
class CapturedCatalogueTest {

  /** What the expected states leave out of indexes. */
  private static final Set<String> LEFT_OUT =
      Set.of("v", "ns", "background", "textIndexVersion", "2dsphereIndexVersion");

  @TempDir private Path temporary;

  @ParameterizedTest
  @EnumSource
  void shouldKnowEveryCollectionWhenOplogIsFollowedToMoment(CapturedOplog captured)
      throws IOException {
    Path folder = captured.unpack(temporary);
    List<OplogEntry> entries = entries(folder);
    for (Path moment : moments(folder)) {
      assertThat(shape(atMoment(folder, entries, moment)))
          .as(moment.toString())
          .isEqualTo(expected(moment));
    }
  }

  /**
   * A base that lists everything at its very end is as far ahead of its first entries as can be.
   */
  @ParameterizedTest
  @EnumSource
  void shouldKnowEveryCollectionWhenBaseIsAheadOfOplog(CapturedOplog captured) throws IOException {
    Path folder = captured.unpack(temporary);
    List<OplogEntry> entries = entries(folder);
    List<Path> moments = moments(folder);
    for (Path listed : List.of(moments.get(0), moments.get(3))) {
      List<CatalogueEntry> base = atMoment(folder, entries, listed);
      for (Path moment : moments.subList(moments.indexOf(listed), moments.size())) {
        Catalogue catalogue = new Catalogue(optime(listed));
        base.forEach(entry -> catalogue.seed(seed(entry)));
        follow(catalogue, entries, start(folder), optime(moment));

        assertThat(shape(catalogue.alive()))
            .as("listed at %s, followed to %s", listed, moment)
            .isEqualTo(expected(moment));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"DDL, false", "DDL, true", "MIXED, false", "MIXED, true", "TRICKY, false"})
  void shouldKnowEveryCollectionWhenOnlyNamesAreKnown(
      CapturedOplog captured, boolean entriesHaveUuids) throws IOException {
    Path folder = captured.unpack(temporary);
    List<Path> moments = moments(folder);
    Path listed = moments.get(0);
    List<CatalogueEntry> base = atMoment(folder, entries(folder), listed);
    List<OplogEntry> entries =
        entriesHaveUuids
            ? entries(folder)
            : entries(folder).stream().map(CapturedCatalogueTest::withoutUuid).toList();
    for (Path moment : moments.subList(1, moments.size())) {
      Catalogue catalogue = new Catalogue(optime(listed));
      base.forEach(
          entry ->
              catalogue.seed(
                  CollectionSeed.of(
                      entry.namespace(),
                      entry.type(),
                      Optional.empty(),
                      entry.options(),
                      entry.indexes())));
      follow(catalogue, entries, optime(listed).next(), optime(moment));

      assertThat(shape(catalogue.alive())).as(moment.toString()).isEqualTo(expected(moment));
    }
  }

  private static OplogEntry withoutUuid(OplogEntry entry) {
    if (entry.collection() == null) {
      return entry;
    }
    RawBsonDocument raw = entry.raw().toRawBsonDocument();
    BsonDocument stripped = new BsonDocument();
    raw.forEach(
        (field, value) -> {
          if (!field.equals("ui")) {
            stripped.append(field, value);
          }
        });
    return OplogEntry.read(Documents.of(stripped));
  }

  private static CollectionSeed seed(CatalogueEntry entry) {
    return new CollectionSeed(
        entry.namespace(),
        entry.dataNamespace(),
        entry.type(),
        entry.uuid(),
        entry.options(),
        entry.indexes());
  }

  private static List<OplogEntry> entries(Path folder) {
    return Fixtures.documents(folder.resolve("oplog.bson")).stream().map(OplogEntry::read).toList();
  }

  private static List<Path> moments(Path folder) throws IOException {
    try (Stream<Path> moments = Files.list(folder.resolve("expected"))) {
      return moments.sorted(Comparator.comparing(CapturedCatalogueTest::optime)).toList();
    }
  }

  private static Optime optime(Path moment) {
    String name = moment.getFileName().toString();
    return Optime.parse(name.substring(0, name.indexOf('.')).replace('-', ':'));
  }

  private static List<CatalogueEntry> atMoment(Path folder, List<OplogEntry> entries, Path moment)
      throws IOException {
    Catalogue catalogue = new Catalogue(optime(snapshot(folder).getDocument("end")));
    DumpMetadata.seeds(folder.resolve("dump")).forEach(catalogue::seed);
    follow(catalogue, entries, start(folder), optime(moment));
    return catalogue.alive();
  }

  private static void follow(
      Catalogue catalogue, List<OplogEntry> entries, Optime from, Optime to) {
    TransactionAssembler assembler = new TransactionAssembler(ApplyWindow.ofReplicaSet(from, to));
    for (OplogEntry entry : entries) {
      assembler.accept(entry, catalogue::apply);
    }
  }

  private static BsonDocument snapshot(Path folder) throws IOException {
    return BsonDocument.parse(Files.readString(folder.resolve("dump/snapshot.json")));
  }

  private static Optime start(Path folder) throws IOException {
    return optime(snapshot(folder).getDocument("start"));
  }

  private static Optime optime(BsonDocument optime) {
    return Optime.of(optime.getNumber("t").longValue(), optime.getNumber("i").longValue());
  }

  private static SortedMap<String, List<Object>> shape(List<CatalogueEntry> alive) {
    SortedMap<String, List<Object>> shape = new TreeMap<>();
    for (CatalogueEntry entry : alive) {
      assertThat(entry.explained()).as(entry.namespace()).isTrue();
      shape.put(
          entry.namespace(),
          List.of(entry.type().text(), byValue(entry.options()), indexes(entry.indexes())));
    }
    return shape;
  }

  private static SortedMap<String, List<Object>> expected(Path moment) throws IOException {
    SortedMap<String, List<Object>> expected = new TreeMap<>();
    BsonDocument.parse(Files.readString(moment))
        .getDocument("namespaces")
        .forEach(
            (namespace, value) -> {
              BsonDocument state = value.asDocument();
              List<BsonDocument> indexes = new ArrayList<>();
              state.getArray("indexes", new BsonArray()).forEach(i -> indexes.add(i.asDocument()));
              expected.put(
                  namespace,
                  List.of(
                      state.getString("type").getValue(),
                      byValue(state.getDocument("options")),
                      indexes(indexes)));
            });
    return expected;
  }

  /**
   * As text, so that the order of fields counts; numbers as doubles, so that their type does not.
   */
  private static List<String> indexes(List<BsonDocument> indexes) {
    return indexes.stream()
        .map(
            index -> {
              BsonDocument copy = index.clone();
              LEFT_OUT.forEach(copy::remove);
              return copy;
            })
        .sorted(Comparator.comparing(index -> index.getString("name").getValue()))
        .map(index -> byValue(index).asDocument().toJson())
        .toList();
  }

  private static BsonValue byValue(BsonValue value) {
    if (value instanceof BsonNumber number) {
      return new BsonDouble(number.doubleValue());
    }
    if (value instanceof BsonArray array) {
      return new BsonArray(array.stream().map(CapturedCatalogueTest::byValue).toList());
    }
    if (value instanceof BsonDocument document) {
      BsonDocument copy = new BsonDocument();
      for (Map.Entry<String, BsonValue> field : document.entrySet()) {
        copy.append(field.getKey(), byValue(field.getValue()));
      }
      return copy;
    }
    return value;
  }
}
