package dev.tidemark.cli.archive;

import dev.tidemark.archive.chain.ChainPosition;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.segment.FinishedSegment;
import dev.tidemark.archive.segment.SegmentFormat;
import dev.tidemark.archive.segment.SegmentOrigin;
import dev.tidemark.archive.segment.SegmentWriter;
import dev.tidemark.archive.snapshot.SnapshotCatalogue;
import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.snapshot.SnapshotSetManifest;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.EncryptionConfig;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.archive.store.PutCondition;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.MarkerKind;
import dev.tidemark.schemas.archive.OplogMarker;
import dev.tidemark.schemas.archive.SnapshotKind;
import dev.tidemark.schemas.event.EventKinds;
import dev.tidemark.schemas.event.OplogEvent;
import dev.tidemark.schemas.event.OplogEventDecoder;
import dev.tidemark.schemas.serde.TrustedRecords;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/** An archive with a snapshot and three segments of ten entries in a bucket's directory. */
final class SmallArchive {

  static final long BASE = 1_795_360_000L;

  private static final ReplicaSetRef SET = new ReplicaSetRef("rs0", "65a9f2b1c0ffee0000000001");

  private static final ReplicaSetRef OTHER_SET =
      new ReplicaSetRef("rs1", "65a9f2b1c0ffee0000000002");

  private final Path bucket;
  private final ArchiveConfig config;
  private final List<ReplicaSetRef> sets;
  private final List<String> segments = new ArrayList<>();

  SmallArchive(Path directory) throws IOException {
    this(directory, ArchiveConfig.ofUrl(""), List.of(SET));
  }

  /** One that is encrypted with the keys in a file. */
  static SmallArchive encrypted(Path directory, Path keyset) throws IOException {
    return new SmallArchive(
        directory,
        new ArchiveConfig(Map.of(EncryptionConfig.KEYSET_FILE_CONFIG, keyset.toString())),
        List.of(SET));
  }

  /** One of a cluster of two replica sets, in which the same happened at the same optimes. */
  static SmallArchive ofTwoSets(Path directory) throws IOException {
    return new SmallArchive(directory, ArchiveConfig.ofUrl(""), List.of(SET, OTHER_SET));
  }

  private SmallArchive(Path directory, ArchiveConfig config, List<ReplicaSetRef> sets)
      throws IOException {
    this.config = config;
    this.sets = sets;
    TrustedRecords.trust();
    bucket = Files.createDirectories(directory.resolve("archive/bucket"));
    ObjectKeys keys = new ObjectKeys("shop");
    try (ObjectStore store = ObjectStores.open("file:" + bucket, config)) {
      for (ReplicaSetRef set : sets) {
        for (int segment = 0; segment < 3; segment++) {
          store(store, keys, set, directory.resolve("spool"), segment * 10);
        }
      }
    }
    addSnapshot("shop");
  }

  /** Adds a snapshot without collections to a cluster, which need not exist yet. */
  void addSnapshot(String cluster) {
    List<SnapshotSetManifest> empty =
        sets.stream()
            .map(
                set ->
                    new SnapshotSetManifest(
                        set, "", "6.0.14", "6.0", at(1), at(2), at(5), List.of(), Optional.empty()))
            .toList();
    try (ObjectStore store = ObjectStores.open("file:" + bucket, config)) {
      new SnapshotCatalogue(store, new ObjectKeys(cluster))
          .complete(
              new SnapshotManifest(
                  "monday",
                  cluster,
                  SnapshotKind.IMPORTED,
                  Instant.ofEpochSecond(BASE),
                  Instant.ofEpochSecond(BASE + 5),
                  empty));
    }
  }

  static Optime at(int second) {
    return Optime.of(BASE + second, 1);
  }

  Path bucket() {
    return bucket;
  }

  List<String> segments() {
    return segments;
  }

  private void store(ObjectStore store, ObjectKeys keys, ReplicaSetRef set, Path spool, int from)
      throws IOException {
    OplogMarker start =
        from > 0
            ? null
            : OplogMarker.newBuilder().setKind(MarkerKind.START).setTs(at(0).value()).build();
    ChainPosition before =
        from == 0 ? ChainPosition.NONE : new ChainPosition(at(from - 1).value(), 1);
    SegmentOrigin origin = new SegmentOrigin(keys, set, before, start, "topic", 0, from);
    OplogEventDecoder decoder = new OplogEventDecoder(OplogEvent.getClassSchema());
    try (SegmentWriter writer =
        SegmentWriter.open(spool, origin, OplogEvent.getClassSchema(), SegmentFormat.defaults())) {
      for (int second = from; second < from + 10; second++) {
        ByteBuffer datum = ByteBuffer.wrap(event(set, second));
        writer.append(datum, decoder.decode(datum));
      }
      try (FinishedSegment segment = writer.finish(from + 10)) {
        store.put(segment.key(), segment.content(), PutCondition.ifAbsent());
        segments.add(segment.key());
      }
    }
  }

  private static byte[] event(ReplicaSetRef set, int second) throws IOException {
    BsonDocument entry =
        new BsonDocument("op", new BsonString("i"))
            .append("ns", new BsonString("shop.orders"))
            .append("o", new BsonDocument("_id", new BsonInt32(second)))
            .append("ts", new BsonTimestamp(at(second).value()))
            .append("t", new BsonInt64(1))
            .append("v", new BsonInt64(2));
    RawBsonDocument raw = new RawBsonDocument(entry, new BsonDocumentCodec());
    byte[] bytes = new byte[raw.getByteBuffer().remaining()];
    raw.getByteBuffer().get(bytes);
    OplogEvent event =
        OplogEvent.newBuilder()
            .setKind(EventKinds.ENTRY)
            .setSetId(set.setId())
            .setSource(set.name())
            .setTs(at(second).value())
            .setTerm(1)
            .setPrevTs(second == 0 ? 0 : at(second - 1).value())
            .setPrevTerm(second == 0 ? -1 : 1)
            .setWall(Instant.ofEpochSecond(BASE + second))
            .setObserved(Instant.ofEpochSecond(BASE + second))
            .setOp("i")
            .setNs("shop.orders")
            .setEntry(ByteBuffer.wrap(bytes))
            .build();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new SpecificDatumWriter<OplogEvent>(OplogEvent.getClassSchema()).write(event, encoder);
    encoder.flush();
    return out.toByteArray();
  }
}
