package dev.tidemark.oplog.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.fixture.Entries;
import dev.tidemark.oplog.optime.Optime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.bson.BsonDocument;

/** A catalogue in a test, whose base is complete at second 100. */
final class CatalogueScenario {

  static final long FUZZY = 50;
  static final long STRICT = 150;

  static final String ID_INDEX = "{v: 2, key: {_id: 1}, name: '_id_'}";

  private final Catalogue catalogue = new Catalogue(Optime.of(100, 0xFFFF));

  static UUID uuid(int n) {
    return new UUID(0x4000L, 0x8000_0000_0000_0000L + n);
  }

  CatalogueScenario seed(String namespace, UUID uuid, String... indexes) {
    return seed(namespace, CollectionType.COLLECTION, uuid, "{}", indexes);
  }

  CatalogueScenario seed(
      String namespace, CollectionType type, UUID uuid, String options, String... indexes) {
    catalogue.seed(
        CollectionSeed.of(
            namespace,
            type,
            Optional.ofNullable(uuid),
            BsonDocument.parse(options),
            Arrays.stream(indexes).map(BsonDocument::parse).toList()));
    return this;
  }

  /** Applies a command on a database; the UUID may be null. */
  UUID command(long second, String database, UUID uuid, String json) {
    return apply(second, Entries.entry(second, "c", database + ".$cmd", uuid, json, null));
  }

  UUID write(long second, String op, String namespace, UUID uuid, String o, String o2) {
    return apply(second, Entries.entry(second, op, namespace, uuid, o, o2));
  }

  /** Leaves a command out. */
  UUID without(long second, String database, UUID uuid, String json) {
    return leaveOut(second, Entries.entry(second, "c", database + ".$cmd", uuid, json, null));
  }

  /** Leaves a write out. */
  UUID without(long second, String op, String namespace, UUID uuid, String o) {
    return leaveOut(second, Entries.entry(second, op, namespace, uuid, o, null));
  }

  private UUID leaveOut(long second, OplogEntry entry) {
    return catalogue.leaveOut(entry, Optime.of(second, 1));
  }

  private UUID apply(long second, OplogEntry entry) {
    return catalogue.apply(entry, Optime.of(second, 1));
  }

  List<CatalogueEntry> alive() {
    return catalogue.alive();
  }

  List<String> namespaces() {
    return alive().stream().map(CatalogueEntry::namespace).toList();
  }

  CatalogueEntry get(String namespace) {
    List<CatalogueEntry> found =
        alive().stream().filter(entry -> entry.namespace().equals(namespace)).toList();
    assertThat(found).as(namespace).hasSize(1);
    return found.get(0);
  }

  List<String> indexNames(String namespace) {
    return get(namespace).indexes().stream()
        .map(index -> index.getString("name").getValue())
        .toList();
  }

  /** An index as text, so that the order of its fields counts. */
  String index(String namespace, String name) {
    return get(namespace).indexes().stream()
        .filter(index -> index.getString("name").getValue().equals(name))
        .findFirst()
        .orElseThrow()
        .toJson();
  }

  static String json(String text) {
    return BsonDocument.parse(text).toJson();
  }
}
