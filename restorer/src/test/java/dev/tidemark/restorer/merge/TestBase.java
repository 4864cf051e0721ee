package dev.tidemark.restorer.merge;

import dev.tidemark.archive.dump.CollectionMetadata;
import dev.tidemark.archive.dump.DocumentStream;
import dev.tidemark.archive.dump.SnapshotTimes;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.optime.Optime;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.bson.BsonDocument;

/** A base in memory. */
final class TestBase implements Base {

  private static final BsonDocument ID_INDEX =
      BsonDocument.parse("{\"v\": 2, \"key\": {\"_id\": 1}, \"name\": \"_id_\"}");

  private final Optional<SnapshotTimes> times;
  private final List<BaseCollection> collections = new ArrayList<>();
  private Optime watermark = Optime.ZERO;

  TestBase(Optime start, Optime end) {
    this.times = Optional.of(new SnapshotTimes(start, end));
  }

  /** What the documents of the collections added from now on were read after. */
  TestBase watermark(Optime known) {
    watermark = known;
    return this;
  }

  TestBase collection(String namespace, UUID uuid, String options, List<BsonSlice> documents) {
    return collection(namespace, uuid, options, List.of(documents), 0);
  }

  /** A collection whose documents are read in several ranges. */
  TestBase collection(
      String namespace, UUID uuid, String options, List<List<BsonSlice>> parts, int firstRange) {
    List<BaseRange> ranges = new ArrayList<>();
    for (List<BsonSlice> part : parts) {
      ranges.add(new Range(String.valueOf(firstRange + ranges.size()), part, watermark));
    }
    int dot = namespace.indexOf('.');
    collections.add(
        new BaseCollection(
            namespace.substring(0, dot),
            namespace.substring(dot + 1),
            new CollectionMetadata(
                CollectionMetadata.COLLECTION,
                BsonDocument.parse(options),
                List.of(ID_INDEX),
                Optional.of(uuid)),
            ranges));
    return this;
  }

  @Override
  public String location() {
    return "the base of the test";
  }

  @Override
  public Optional<SnapshotTimes> times() {
    return times;
  }

  @Override
  public List<BaseCollection> collections() {
    return collections;
  }

  @Override
  public void close() {
    // Nothing is open.
  }

  private record Range(String id, List<BsonSlice> documents, Optime watermark)
      implements BaseRange {

    @Override
    public long size() {
      return documents.stream().mapToLong(BsonSlice::length).sum();
    }

    @Override
    public DocumentStream open() {
      Iterator<BsonSlice> rest = documents.iterator();
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
  }
}
