package dev.tidemark.archive.dump;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A dump in a directory: one subdirectory for every database. */
final class DirectoryDump implements Dump {

  private static final String DOCUMENTS = ".bson";
  private static final String METADATA = ".metadata.json";
  private static final String GZIP = ".gz";

  /** Where a dump's oplog may lie; a dump of all databases has the collection itself. */
  private static final List<String> OPLOGS =
      List.of("oplog.bson", "oplog.bson.gz", "local/oplog.rs.bson", "local/oplog.rs.bson.gz");

  /** What older tools wrote for all indexes of a database; the metadata files say the same. */
  private static final String SYSTEM_INDEXES = "system.indexes";

  private final Path root;
  private final List<DumpedCollection> collections;
  private final Map<String, Path> documents;
  private final Optional<Path> oplog;
  private final Optional<SnapshotTimes> times;

  private DirectoryDump(
      Path root,
      List<DumpedCollection> collections,
      Map<String, Path> documents,
      Optional<Path> oplog,
      Optional<SnapshotTimes> times) {
    this.root = root;
    this.collections = List.copyOf(collections);
    this.documents = Map.copyOf(documents);
    this.oplog = oplog;
    this.times = times;
  }

  static DirectoryDump open(Path root) throws IOException {
    List<DumpedCollection> collections = new ArrayList<>();
    Map<String, Path> documents = new HashMap<>();
    for (Path database : entries(root)) {
      if (Files.isDirectory(database)) {
        readDatabase(database, collections, documents);
      }
    }
    collections.sort(Comparator.comparing(DumpedCollection::namespace));
    Path snapshot = root.resolve(DumpWriter.SNAPSHOT);
    Optional<SnapshotTimes> times =
        Files.exists(snapshot)
            ? Optional.of(SnapshotJson.parse(DumpFiles.text(snapshot), snapshot.toString()))
            : Optional.empty();
    return new DirectoryDump(root, collections, documents, oplogIn(root), times);
  }

  private static Optional<Path> oplogIn(Path root) {
    return OPLOGS.stream().map(root::resolve).filter(Files::isRegularFile).findFirst();
  }

  private static void readDatabase(
      Path directory, List<DumpedCollection> collections, Map<String, Path> documents)
      throws IOException {
    Map<String, Path> bodies = new TreeMap<>();
    Map<String, Path> heads = new TreeMap<>();
    for (Path file : entries(directory)) {
      String name = file.getFileName().toString();
      String plain = name.endsWith(GZIP) ? name.substring(0, name.length() - GZIP.length()) : name;
      if (plain.endsWith(METADATA)) {
        heads.put(plain.substring(0, plain.length() - METADATA.length()), file);
      } else if (plain.endsWith(DOCUMENTS)) {
        bodies.put(plain.substring(0, plain.length() - DOCUMENTS.length()), file);
      }
    }
    bodies.remove(SYSTEM_INDEXES);
    Map<String, Path> all = new TreeMap<>(bodies);
    heads.forEach(all::putIfAbsent);
    String database = directory.getFileName().toString();
    for (String stem : all.keySet()) {
      Path head = heads.get(stem);
      MetadataJson.Parsed parsed =
          head == null
              ? new MetadataJson.Parsed(Optional.empty(), CollectionMetadata.unknown())
              : MetadataJson.parse(DumpFiles.text(head), head.toString());
      String name = parsed.collectionName().orElseGet(() -> CollectionFileName.collection(stem));
      DumpedCollection collection =
          new DumpedCollection(database, name, parsed.metadata(), bodies.containsKey(stem));
      collections.add(collection);
      if (collection.hasDocuments()) {
        documents.put(collection.namespace(), bodies.get(stem));
      }
    }
  }

  private static List<Path> entries(Path directory) throws IOException {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(entries::add);
    }
    entries.sort(Comparator.naturalOrder());
    return entries;
  }

  @Override
  public String location() {
    return root.toString();
  }

  @Override
  public List<DumpedCollection> collections() {
    return collections;
  }

  @Override
  public DocumentReader documents(DumpedCollection collection) throws IOException {
    Path file = documents.get(collection.namespace());
    if (file == null) {
      throw new IllegalArgumentException("the dump has no documents of " + collection.namespace());
    }
    return DumpFiles.documents(file);
  }

  @Override
  public boolean hasOplog() {
    return oplog.isPresent();
  }

  @Override
  public DocumentReader oplog() throws IOException {
    return DumpFiles.documents(
        oplog.orElseThrow(
            () ->
                new ArchiveException(
                    ArchiveError.DUMP_WITHOUT_OPLOG,
                    "the dump holds no oplog",
                    root.toString(),
                    "Name the files with the entries")));
  }

  @Override
  public Optional<SnapshotTimes> times() {
    return times;
  }

  @Override
  public void close() {
    // Files are open only while their documents are read.
  }
}
