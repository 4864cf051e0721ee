package dev.tidemark.restorer.merge;

import dev.tidemark.archive.digest.DocumentSum.Digest;
import dev.tidemark.oplog.bson.BsonSlice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Keeps what is written, by namespace and unit. */
final class TestSink implements RestoreSink {

  private final boolean sequential;
  private final Map<String, Map<String, List<BsonSlice>>> units =
      Collections.synchronizedMap(new TreeMap<>());
  private final Map<String, Digest> completed = Collections.synchronizedMap(new TreeMap<>());
  private List<RestoredCollection> collections = List.of();
  private boolean finished;

  TestSink(boolean sequential) {
    this.sequential = sequential;
  }

  /** A later attempt of a restore of which these units were completed. */
  TestSink(boolean sequential, Map<String, Digest> completed) {
    this.sequential = sequential;
    this.completed.putAll(completed);
  }

  /** The documents of a namespace in the order in which they were written. */
  List<BsonSlice> documents(String namespace) {
    return units.getOrDefault(namespace, Map.of()).values().stream().flatMap(List::stream).toList();
  }

  Map<String, List<BsonSlice>> units(String namespace) {
    return units.getOrDefault(namespace, Map.of());
  }

  Map<String, Digest> completed() {
    return completed;
  }

  List<RestoredCollection> collections() {
    return collections;
  }

  boolean isFinished() {
    return finished;
  }

  @Override
  public boolean sequential() {
    return sequential;
  }

  @Override
  public void begin(List<RestoredCollection> restored) {
    collections = restored;
  }

  @Override
  public CollectionSink open(RestoredCollection collection) {
    String namespace = collection.namespace();
    Map<String, List<BsonSlice>> written = Collections.synchronizedMap(new LinkedHashMap<>());
    units.put(namespace, written);
    return new CollectionSink() {
      @Override
      public Optional<Digest> completed(String unit) {
        return Optional.ofNullable(completed.get(namespace + "/" + unit));
      }

      @Override
      public UnitSink unit(String unit) {
        List<BsonSlice> documents = new ArrayList<>();
        if (written.put(unit, documents) != null) {
          throw new IllegalStateException(unit + " of " + namespace + " begins twice");
        }
        return new UnitSink() {
          @Override
          public void write(BsonSlice document) {
            documents.add(document);
          }

          @Override
          public void complete(Digest digest) {
            completed.put(namespace + "/" + unit, digest);
          }

          @Override
          public void close() {
            // Nothing is open.
          }
        };
      }

      @Override
      public void close() {
        // Nothing is open.
      }
    };
  }

  @Override
  public void finish(MergeReport report) {
    finished = true;
  }
}
