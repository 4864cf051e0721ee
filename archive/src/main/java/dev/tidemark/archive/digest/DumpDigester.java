package dev.tidemark.archive.digest;

import dev.tidemark.archive.digest.CollectionState.Content;
import dev.tidemark.archive.dump.CollectionMetadata;
import dev.tidemark.archive.dump.DocumentReader;
import dev.tidemark.archive.dump.Dump;
import dev.tidemark.archive.dump.DumpedCollection;
import dev.tidemark.archive.dump.SnapshotTimes;
import dev.tidemark.archive.sort.ExternalSorter;
import dev.tidemark.archive.sort.SortedRecords;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.optime.Optime;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Computes the {@link LogicalState} of a dump. Collections larger than memory are sorted on disk.
 */
public final class DumpDigester {

  private static final String BUCKETS = "system.buckets.";

  private final Path temporary;
  private final long sortMemory;

  /**
   * @param temporary a directory for files while sorting
   * @param sortMemory bytes of documents that are sorted in memory
   */
  public DumpDigester(Path temporary, long sortMemory) {
    this.temporary = temporary;
    this.sortMemory = sortMemory;
  }

  public LogicalState digest(Dump dump) throws IOException {
    Map<String, DumpedCollection> byNamespace = new HashMap<>();
    dump.collections().forEach(collection -> byNamespace.put(collection.namespace(), collection));
    SortedMap<String, CollectionState> states = new TreeMap<>();
    for (DumpedCollection collection : dump.collections()) {
      if (!isBucketsOf(collection, byNamespace)) {
        states.put(collection.namespace(), state(dump, collection, byNamespace));
      }
    }
    Optional<Optime> moment =
        dump.times().filter(times -> times.start().equals(times.end())).map(SnapshotTimes::end);
    return new LogicalState(moment, states);
  }

  /** The buckets of a time-series collection are that collection's content. */
  private static boolean isBucketsOf(
      DumpedCollection collection, Map<String, DumpedCollection> byNamespace) {
    if (!collection.name().startsWith(BUCKETS)) {
      return false;
    }
    String series = collection.name().substring(BUCKETS.length());
    DumpedCollection owner = byNamespace.get(collection.database() + "." + series);
    return owner != null && owner.metadata().isTimeseries();
  }

  private CollectionState state(
      Dump dump, DumpedCollection collection, Map<String, DumpedCollection> byNamespace)
      throws IOException {
    CollectionMetadata metadata = collection.metadata();
    if (metadata.isView()) {
      return new CollectionState(metadata.type(), metadata.options(), List.of(), Optional.empty());
    }
    DumpedCollection body = collection;
    if (metadata.isTimeseries()) {
      body =
          byNamespace.getOrDefault(
              collection.database() + "." + BUCKETS + collection.name(), collection);
    }
    return new CollectionState(
        metadata.type(),
        metadata.options(),
        IndexSpecs.normalized(metadata.indexes()),
        Optional.of(content(dump, body, metadata.isCapped())));
  }

  private Content content(Dump dump, DumpedCollection collection, boolean capped)
      throws IOException {
    MessageDigest inOrder = sha256();
    long count = 0;
    long bytes = 0;
    try (ExternalSorter sorter = new ExternalSorter(temporary, sortMemory)) {
      if (collection.hasDocuments()) {
        try (DocumentReader reader = dump.documents(collection)) {
          for (BsonSlice document = reader.next(); document != null; document = reader.next()) {
            count++;
            bytes += document.length();
            if (capped) {
              inOrder.update(document.array(), document.offset(), document.length());
            }
            sorter.add(document.toByteArray());
          }
        }
      }
      return new Content(
          count,
          bytes,
          sorted(sorter),
          capped ? Optional.of(HexFormat.of().formatHex(inOrder.digest())) : Optional.empty());
    }
  }

  private static String sorted(ExternalSorter sorter) throws IOException {
    MessageDigest digest = sha256();
    try (SortedRecords documents = sorter.sorted()) {
      for (byte[] document = documents.next(); document != null; document = documents.next()) {
        digest.update(document);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }
}
