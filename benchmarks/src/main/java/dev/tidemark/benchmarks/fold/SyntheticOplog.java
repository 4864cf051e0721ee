package dev.tidemark.benchmarks.fold;

import dev.tidemark.archive.dump.CollectionMetadata;
import dev.tidemark.archive.dump.DocumentStream;
import dev.tidemark.archive.dump.SnapshotTimes;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.merge.Base;
import dev.tidemark.restorer.merge.BaseCollection;
import dev.tidemark.restorer.merge.BaseRange;
import dev.tidemark.restorer.merge.OplogSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.UuidRepresentation;

/**
 * A collection of equal documents and an oplog of updates spread over them, made while they are
 * read: nothing is kept. The n-th entry writes n into the field {@code n} of its document.
 */
public final class SyntheticOplog implements OplogSource {

  /** The forms of entries. */
  public enum Form {
    INSERT,
    REPLACEMENT,
    MODIFIERS,
    DELTA
  }

  private static final UUID COLLECTION = new UUID(1, 1);
  private static final long ID = 0x1122_3344_5566_7788L;
  private static final long NUMBER = 0x2233_4455_6677_1199L;
  private static final long TS = 0x3344_5566_7711_22AAL;
  private static final long FIRST_SECOND = 1_700_000_000L;

  /** Spreads the updates; without a common factor with any number of documents of interest. */
  private static final long STEP = 7_919L * 104_729L;

  private final long documents;
  private final long entries;
  private final Template document;
  private final Template entry;

  /**
   * @param documents in the base
   * @param documentBytes about how many bytes each has
   * @param entries in the oplog
   */
  public SyntheticOplog(long documents, int documentBytes, long entries, Form form) {
    this.documents = documents;
    this.entries = entries;
    BsonDocument stored = stored(documentBytes);
    this.document = new Template(stored, ID, NUMBER);
    this.entry = new Template(entry(form, stored), ID, NUMBER, TS);
  }

  private static BsonDocument stored(int bytes) {
    BsonDocument stored =
        new BsonDocument("_id", new BsonInt64(ID))
            .append("state", new BsonString("paid"))
            .append("n", new BsonInt64(NUMBER));
    int size = new Template(stored, ID).length();
    return stored.append("rest", new BsonString("r".repeat(Math.max(0, bytes - size - 11))));
  }

  private static BsonDocument entry(Form form, BsonDocument stored) {
    BsonDocument id = new BsonDocument("_id", new BsonInt64(ID));
    BsonDocument change = new BsonDocument("n", new BsonInt64(NUMBER));
    BsonDocument o =
        switch (form) {
          case INSERT, REPLACEMENT -> stored;
          case MODIFIERS -> new BsonDocument("$v", new BsonInt32(1)).append("$set", change);
          case DELTA ->
              new BsonDocument("$v", new BsonInt32(2))
                  .append("diff", new BsonDocument("u", change));
        };
    return new BsonDocument("op", new BsonString(form == Form.INSERT ? "i" : "u"))
        .append("ns", new BsonString("shop.orders"))
        .append("ui", new BsonBinary(COLLECTION, UuidRepresentation.STANDARD))
        .append("o", o)
        .append("o2", id)
        .append("ts", new BsonTimestamp(TS))
        .append("t", new BsonInt64(1))
        .append("v", new BsonInt64(2));
  }

  /** The optime of the n-th entry, from 0 on. */
  private static Optime optime(long n) {
    return Optime.of(FIRST_SECOND + n / 10_000, n % 10_000 + 1);
  }

  /** The last entry; the moment of the base if there is none. */
  public Optime last() {
    return entries == 0 ? optime(0).previous() : optime(entries - 1);
  }

  long entries() {
    return entries;
  }

  /** The base in one range, which shows the moment before the first entry. */
  Base base() {
    return base(1);
  }

  /**
   * The base, which shows the moment before the first entry.
   *
   * @param ranges in how many ranges it is read; the number of documents is a multiple of it
   */
  public Base base(int ranges) {
    Optime moment = optime(0).previous();
    return new Base() {
      @Override
      public String location() {
        return "a synthetic base";
      }

      @Override
      public Optional<SnapshotTimes> times() {
        return Optional.of(SnapshotTimes.at(moment));
      }

      @Override
      public List<BaseCollection> collections() {
        return List.of(
            new BaseCollection(
                "shop",
                "orders",
                new CollectionMetadata(
                    CollectionMetadata.COLLECTION,
                    new BsonDocument(),
                    List.of(),
                    Optional.of(COLLECTION)),
                IntStream.range(0, ranges).mapToObj(i -> range(i, documents / ranges)).toList()));
      }

      @Override
      public void close() {
        // Nothing is open.
      }
    };
  }

  private BaseRange range(int number, long count) {
    return new BaseRange() {
      @Override
      public String id() {
        return Integer.toString(number);
      }

      @Override
      public long size() {
        return count * document.length();
      }

      @Override
      public DocumentStream open() {
        Template.Stream stream = document.stream(count, n -> new long[] {number * count + n, -1});
        return new DocumentStream() {
          @Override
          public BsonSlice next() {
            return stream.next();
          }

          @Override
          public void close() {
            // Nothing is open.
          }
        };
      }
    };
  }

  @Override
  public String location() {
    return "a synthetic oplog";
  }

  @Override
  public DocumentStream open(Optime from) {
    Template.Stream stream =
        entry.stream(entries, n -> new long[] {n * STEP % documents, n, optime(n).value()});
    return new DocumentStream() {
      @Override
      public BsonSlice next() {
        return stream.next();
      }

      @Override
      public void close() {
        // Nothing is open.
      }
    };
  }
}
