package dev.tidemark.restorer.rollforward;

import dev.tidemark.archive.dump.DocumentReader;
import dev.tidemark.archive.dump.DocumentWriter;
import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.store.ObjectContent;
import dev.tidemark.archive.store.ObjectInfo;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.PutCondition;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.merge.RestoredCollection;
import dev.tidemark.restorer.merge.Window;
import dev.tidemark.restorer.snapshot.SourceCollection;
import dev.tidemark.restorer.undo.Finding;
import dev.tidemark.restorer.undo.UndoReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonBinaryReader;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.DecoderContext;

/**
 * What a roll forward sets aside in the archive, below {@code work/<request>/}, so that a worker on
 * another machine can go on with it. Everything is plain BSON documents one after another.
 *
 * <p>A listing is a document for each collection. The images of a window are, for each collection,
 * {@code {ns: "shop.orders", written: 2, gone: 1}}, then as many whole documents as are written,
 * then as many with nothing but an {@code _id} as are gone. Findings are one document, see {@link
 * FindingsForm}. Thread-safe.
 */
public final class WorkObjects {

  private static final BsonDocumentCodec CODEC = new BsonDocumentCodec();

  private static final String UNDONE = "undone";

  private final ObjectStore store;
  private final ObjectKeys keys;
  private final String restoreId;

  /**
   * @param restoreId names the folder: letters, digits, {@code . _ -}
   */
  public WorkObjects(ObjectStore store, ObjectKeys keys, String restoreId) {
    this.store = store;
    this.keys = keys;
    this.restoreId = restoreId;
  }

  /**
   * Stores what a base lists.
   *
   * @param epoch of the lease, so that no two workers store under one name
   * @return the object's name
   */
  String putListing(ListedBase base, long epoch) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DocumentWriter writer = new DocumentWriter(bytes)) {
      for (SourceCollection collection : base.listed()) {
        BsonDocument document =
            new BsonDocument("db", new BsonString(collection.database()))
                .append("name", new BsonString(collection.name()))
                .append("type", new BsonString(collection.type()))
                .append("options", collection.options())
                .append("indexes", new BsonArray(collection.indexes()));
        collection.uuid().ifPresent(uuid -> document.append("uuid", new BsonBinary(uuid)));
        writer.write(slice(document));
      }
    }
    return put("listing-" + epoch + ".bson", bytes);
  }

  /**
   * Reads what a base listed.
   *
   * @param location where the base lies
   * @param moment of the base
   */
  public ListedBase listing(String name, String location, Optime moment) throws IOException {
    List<SourceCollection> listed = new ArrayList<>();
    try (DocumentReader reader = open(name)) {
      for (BsonSlice next = reader.next(); next != null; next = reader.next()) {
        BsonDocument document =
            CODEC.decode(
                new BsonBinaryReader(next.toByteBuffer()), DecoderContext.builder().build());
        listed.add(
            new SourceCollection(
                document.getString("db").getValue(),
                document.getString("name").getValue(),
                document.getString("type").getValue(),
                document.getDocument("options"),
                document.getArray("indexes").stream().map(index -> index.asDocument()).toList(),
                document.isBinary("uuid")
                    ? Optional.of(document.getBinary("uuid").asUuid())
                    : Optional.empty()));
      }
    }
    return new ListedBase(location, moment, listed);
  }

  /**
   * Stores the images of a window.
   *
   * @return the object's name
   */
  String putWindow(Window window, long epoch) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DocumentWriter writer = new DocumentWriter(bytes)) {
      BsonDocument head =
          new BsonDocument("last", new BsonInt64(window.last()))
              .append("unexplained", new BsonInt64(window.unexplained()));
      if (!window.undone().isEmpty()) {
        head.append(UNDONE, FindingsForm.write(window.undone()));
      }
      writer.write(slice(head));
      for (Window.Images images : window.collections()) {
        writer.write(
            slice(
                new BsonDocument("ns", new BsonString(images.collection().namespace()))
                    .append("written", new BsonInt32(images.written().size()))
                    .append("gone", new BsonInt32(images.gone().size()))));
        for (BsonSlice document : images.written()) {
          writer.write(document);
        }
        for (BsonSlice key : images.gone()) {
          writer.write(key);
        }
      }
    }
    return put("window-%016x-%d.bson".formatted(window.last(), epoch), bytes);
  }

  /**
   * Reads the images of a window.
   *
   * @param collections by whose namespaces they were stored
   */
  Window window(String name, List<RestoredCollection> collections) throws IOException {
    Map<String, RestoredCollection> byNamespace = new HashMap<>();
    collections.forEach(collection -> byNamespace.put(collection.namespace(), collection));
    try (DocumentReader reader = open(name)) {
      BsonDocument head = next(reader, name).toRawBsonDocument();
      List<Window.Images> all = new ArrayList<>();
      for (BsonSlice next = reader.next(); next != null; next = reader.next()) {
        BsonDocument images = next.toRawBsonDocument();
        RestoredCollection collection = byNamespace.get(images.getString("ns").getValue());
        if (collection == null) {
          throw damaged(name, "it is about a collection that does not exist at the target");
        }
        all.add(
            new Window.Images(
                collection,
                next(reader, images.getInt32("written").getValue(), name),
                next(reader, images.getInt32("gone").getValue(), name)));
      }
      return new Window(
          head.getInt64("last").getValue(),
          all,
          head.getInt64("unexplained").getValue(),
          FindingsForm.read(head.getDocument(UNDONE, new BsonDocument())));
    }
  }

  /**
   * Stores what an undo came to.
   *
   * @param number tells those of one holder of the lease apart
   * @return the object's name
   */
  String putFindings(Map<Finding, UndoReport.Documents> findings, long epoch, int number)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DocumentWriter writer = new DocumentWriter(bytes)) {
      writer.write(slice(FindingsForm.write(findings)));
    }
    return put("findings-%d-%d.bson".formatted(epoch, number), bytes);
  }

  Map<Finding, UndoReport.Documents> findings(String name) throws IOException {
    try (DocumentReader reader = open(name)) {
      return FindingsForm.read(next(reader, name).toRawBsonDocument());
    }
  }

  private List<BsonSlice> next(DocumentReader reader, int count, String name) throws IOException {
    List<BsonSlice> documents = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      documents.add(next(reader, name));
    }
    return documents;
  }

  private BsonSlice next(DocumentReader reader, String name) throws IOException {
    BsonSlice document = reader.next();
    if (document == null) {
      throw damaged(name, "it ends too early");
    }
    return document;
  }

  private ArchiveException damaged(String name, String reason) {
    return new ArchiveException(
        ArchiveError.ARCHIVE_OBJECT_CORRUPT,
        "what the roll forward had set aside cannot be used: " + reason,
        keys.work(restoreId, name),
        "Bring the base back as it was taken and roll it forward again, with a new request id");
  }

  private String put(String name, ByteArrayOutputStream bytes) {
    store.put(
        keys.work(restoreId, name), ObjectContent.of(bytes.toByteArray()), PutCondition.always());
    return name;
  }

  private DocumentReader open(String name) {
    String key = keys.work(restoreId, name);
    return new DocumentReader(store.open(key), key);
  }

  void delete(String name) {
    store.delete(keys.work(restoreId, name));
  }

  /** Removes everything: nobody goes on with this request. */
  public void clear() {
    List<String> found;
    try (Stream<ObjectInfo> listed = store.list(keys.workPrefix(restoreId))) {
      found = listed.map(ObjectInfo::key).toList();
    }
    found.forEach(store::delete);
  }

  private static BsonSlice slice(BsonDocument document) {
    RawBsonDocument raw = new RawBsonDocument(document, CODEC);
    ByteBuffer bytes = raw.getByteBuffer().asNIO();
    return BsonSlice.of(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
  }
}
