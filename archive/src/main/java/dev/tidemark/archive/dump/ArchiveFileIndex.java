package dev.tidemark.archive.dump;

import dev.tidemark.archive.dump.BlockInputStream.Block;
import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.oplog.bson.BsonCursor;
import dev.tidemark.oplog.bson.BsonSlice;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where everything lies in an archive file of mongodump.
 *
 * <p>The file is a magic number, a header document, a document of metadata for every collection and
 * a terminator; then blocks, each made of a header that names a collection, documents of it and a
 * terminator. A header with {@code EOF} ends the collection's stream, and its {@code CRC} is the
 * checksum of the stream's documents.
 */
final class ArchiveFileIndex {

  /** The stream of the dump's own oplog: it has no database. */
  static final String OPLOG = ".oplog";

  private static final int MAGIC = 0x8199e26d;

  private final List<DumpedCollection> collections = new ArrayList<>();
  private final Map<String, List<Block>> blocks = new HashMap<>();
  private final Map<String, Long> checksums = new HashMap<>();
  private final String where;

  private ArchiveFileIndex(String where) {
    this.where = where;
  }

  static ArchiveFileIndex read(FileChannel channel, String where) throws IOException {
    ArchiveFileIndex index = new ArchiveFileIndex(where);
    index.read(new ArchiveFileScanner(channel, where));
    return index;
  }

  List<DumpedCollection> collections() {
    return collections;
  }

  boolean hasOplog() {
    return blocks.containsKey(OPLOG);
  }

  List<Block> blocks(String namespace) {
    return blocks.getOrDefault(namespace, List.of());
  }

  /** The checksum of a stream; old archives have none. */
  OptionalLong checksum(String namespace) {
    Long checksum = checksums.get(namespace);
    return checksum == null ? OptionalLong.empty() : OptionalLong.of(checksum);
  }

  private void read(ArchiveFileScanner scanner) throws IOException {
    if (scanner.atEnd() || scanner.number() != MAGIC) {
      throw malformed("it does not begin with the magic number of an archive of mongodump");
    }
    if (scanner.document() == null) {
      throw malformed("it has no header");
    }
    Map<String, CollectionMetadata> metadata = new HashMap<>();
    Set<String> filled = new TreeSet<>();
    for (BsonSlice head = scanner.document(); head != null; head = scanner.document()) {
      String namespace = namespace(head);
      if (!namespace.equals(OPLOG)) {
        metadata.put(namespace, metadata(head, namespace));
        if (size(head) > 0) {
          filled.add(dataNamespace(namespace, metadata.get(namespace)));
        }
      }
    }
    Set<String> ended = readBlocks(scanner);
    requireEnd(blocks.keySet(), ended);
    requireEnd(filled, ended);
    Set<String> namespaces = new HashSet<>(metadata.keySet());
    namespaces.addAll(blocks.keySet());
    namespaces.remove(OPLOG);
    for (String namespace : namespaces) {
      int dot = namespace.indexOf('.');
      collections.add(
          new DumpedCollection(
              namespace.substring(0, dot),
              namespace.substring(dot + 1),
              metadata.getOrDefault(namespace, CollectionMetadata.unknown()),
              blocks.containsKey(namespace)));
    }
    collections.sort(Comparator.comparing(DumpedCollection::namespace));
  }

  /**
   * Notes all blocks.
   *
   * @return the namespaces whose streams have an end
   */
  private Set<String> readBlocks(ArchiveFileScanner scanner) throws IOException {
    Set<String> ended = new HashSet<>();
    while (!scanner.atEnd()) {
      BsonSlice header = scanner.document();
      if (header == null) {
        throw malformed("a block has no header");
      }
      String namespace = namespace(header);
      BsonCursor end = header.find("EOF");
      if (end != null && end.bool()) {
        ended.add(namespace);
        BsonCursor checksum = header.find("CRC");
        if (checksum != null) {
          checksums.put(namespace, checksum.integer());
        }
      }
      long from = scanner.position();
      long to = scanner.skipDocuments();
      List<Block> stream = blocks.computeIfAbsent(namespace, name -> new ArrayList<>());
      if (to > from) {
        stream.add(new Block(from, to - from));
      }
    }
    return ended;
  }

  private void requireEnd(Set<String> namespaces, Set<String> ended) {
    for (String namespace : namespaces) {
      if (!ended.contains(namespace)) {
        throw malformed("the stream of " + namespace + " has no end: the archive is cut off");
      }
    }
  }

  /** Where the documents are: those of a time-series collection are in its buckets. */
  private static String dataNamespace(String namespace, CollectionMetadata metadata) {
    int dot = namespace.indexOf('.');
    return metadata.isTimeseries()
        ? namespace.substring(0, dot) + ".system.buckets." + namespace.substring(dot + 1)
        : namespace;
  }

  /** The bytes that the server told when the dump began. */
  private static long size(BsonSlice head) {
    BsonCursor size = head.find("size");
    return size == null ? 0 : size.integer();
  }

  private CollectionMetadata metadata(BsonSlice head, String namespace) {
    BsonCursor json = head.find("metadata");
    MetadataJson.Parsed parsed =
        json == null
            ? new MetadataJson.Parsed(Optional.empty(), CollectionMetadata.unknown())
            : MetadataJson.parse(json.string(), where + ", " + namespace);
    return parsed.metadata();
  }

  private static String namespace(BsonSlice head) {
    return text(head, "db") + "." + text(head, "collection");
  }

  private static String text(BsonSlice document, String field) {
    BsonCursor value = document.find(field);
    return value == null ? "" : value.string();
  }

  private ArchiveException malformed(String what) {
    return new ArchiveException(
        ArchiveError.DUMP_MALFORMED,
        "the dump cannot be read: " + what,
        where,
        "Name a dump directory or an archive file that mongodump wrote completely");
  }
}
