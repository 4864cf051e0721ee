package dev.tidemark.archive.snapshot;

import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.archive.dump.CollectionMetadata;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SnapshotKind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;

/** Manifests for tests. */
public final class SnapshotManifests {

  private SnapshotManifests() {}

  /** A snapshot of sets without collections, as a registered disk snapshot is. */
  public static SnapshotManifest empty(
      String id, Optime fetchStart, Optime start, Optime end, ReplicaSetRef... sets) {
    return new SnapshotManifest(
        id,
        "shop",
        SnapshotKind.FULL,
        start.value() == 0 ? Instant.EPOCH : Instant.ofEpochSecond(start.seconds()),
        Instant.ofEpochSecond(end.seconds()),
        List.of(sets).stream()
            .map(
                set ->
                    new SnapshotSetManifest(
                        set, "", "", "", fetchStart, start, end, List.of(), Optional.empty()))
            .toList());
  }

  /** A snapshot of one set with the collections that a test stored. */
  public static SnapshotManifest of(
      String id,
      ReplicaSetRef set,
      Optime fetchStart,
      Optime start,
      Optime end,
      List<SnapshotCollection> collections) {
    return withPart(
        empty(id, fetchStart, start, end, set),
        new SnapshotSetManifest(
            set, "", "", "", fetchStart, start, end, collections, Optional.empty()));
  }

  private static SnapshotManifest withPart(SnapshotManifest empty, SnapshotSetManifest part) {
    return new SnapshotManifest(
        empty.snapshotId(),
        empty.cluster(),
        empty.kind(),
        empty.startedAt(),
        empty.completedAt(),
        List.of(part));
  }

  /** A snapshot of a disk, somewhere else. */
  public static SnapshotManifest external(String id, Optime moment, ReplicaSetRef set) {
    SnapshotManifest empty = empty(id, moment, moment, moment, set);
    return new SnapshotManifest(
        id,
        empty.cluster(),
        SnapshotKind.REGISTERED,
        empty.startedAt(),
        empty.completedAt(),
        empty.sets(),
        Optional.of("volume snapshot vol-17"));
  }

  /** A snapshot that names an object which nobody stored. */
  public static SnapshotManifest withObject(
      String id, Optime start, Optime end, ReplicaSetRef set) {
    SnapshotOplog oplog =
        new SnapshotOplog(
            new StoredObject("shop/snapshots/" + id + "/rs0/oplog.bson", 3),
            DocumentSum.Digest.EMPTY);
    return withPart(
        empty(id, start, start, end, set),
        new SnapshotSetManifest(set, "", "", "", start, start, end, List.of(), Optional.of(oplog)));
  }

  /** A snapshot with every field filled. */
  static SnapshotManifest full() {
    BsonDocument index =
        BsonDocument.parse("{v: 2, key: {_id: 1}, name: '_id_', w: {$numberDouble: '-0.0'}}");
    SnapshotCollection orders =
        new SnapshotCollection(
            "shop",
            "orders/2026 ü",
            new CollectionMetadata(
                CollectionMetadata.COLLECTION,
                BsonDocument.parse("{collation: {locale: 'de', strength: 2}}"),
                List.of(index),
                Optional.of(UUID.fromString("699f503d-f64b-4aa8-a484-a8052046fa3a"))),
            Optional.of(new StoredObject("shop/snapshots/s1/rs0/shop/orders.bson.gz", 300, 77)),
            Optional.of(new StoredObject("shop/snapshots/s1/rs0/shop/orders.metadata.json.gz", 90)),
            List.of(
                new SnapshotRange(
                    Optional.empty(),
                    Optional.of(new BsonInt64(17)),
                    0,
                    100,
                    4_000_000_000L,
                    Optime.of(1_795_361_311L, 5),
                    Optime.of(1_795_361_312L, 1),
                    new DocumentSum.Digest(10, 1_000, -5, 7)),
                new SnapshotRange(
                    Optional.of(new BsonInt64(17)),
                    Optional.empty(),
                    100,
                    200,
                    StoredObject.CRC_UNKNOWN,
                    Optime.of(1_795_361_312L, 5),
                    Optime.of(1_795_361_313L, 1),
                    new DocumentSum.Digest(20, 2_000, 1, -1))));
    SnapshotCollection view =
        new SnapshotCollection(
            "shop",
            "open",
            new CollectionMetadata(
                CollectionMetadata.VIEW,
                new BsonDocument("viewOn", new BsonString("orders")),
                List.of(),
                Optional.empty()),
            Optional.empty(),
            Optional.of(new StoredObject("shop/snapshots/s1/rs0/shop/open.metadata.json.gz", 80)),
            List.of());
    return new SnapshotManifest(
        "s1",
        "shop",
        SnapshotKind.FULL,
        Instant.parse("2026-11-22T13:10:00Z"),
        Instant.parse("2026-11-22T13:11:30.123Z"),
        List.of(
            new SnapshotSetManifest(
                new ReplicaSetRef("rs0", "65a9f2b1c0ffee0000000001"),
                "db1.example.com:27017",
                "6.0.14",
                "6.0",
                Optime.of(1_795_361_300L, 9),
                Optime.of(1_795_361_310L, 1),
                Optime.of(1_795_361_315L, 2),
                List.of(orders, view),
                Optional.of(
                    new SnapshotOplog(
                        new StoredObject("shop/snapshots/s1/rs0/oplog.bson", 555, 12),
                        new DocumentSum.Digest(100, 40_000, 3, 4))))));
  }
}
