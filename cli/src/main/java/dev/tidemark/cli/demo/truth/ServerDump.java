package dev.tidemark.cli.demo.truth;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import dev.tidemark.archive.dump.CollectionMetadata;
import dev.tidemark.archive.dump.DocumentWriter;
import dev.tidemark.archive.dump.DumpWriter;
import dev.tidemark.archive.dump.SnapshotTimes;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.optime.Optime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.bson.BsonDocument;
import org.bson.ByteBuf;
import org.bson.RawBsonDocument;

/**
 * Writes down what a server holds, as a client sees it, in the form of a dump directory. It knows
 * nothing of snapshots, oplogs and restores, so that it can bear witness about them.
 */
public final class ServerDump {

  private static final String SYSTEM = "system.";

  private final MongoClient server;

  public ServerDump(MongoClient server) {
    this.server = server;
  }

  /**
   * Writes the documents, options and indexes of databases that nobody writes to meanwhile.
   *
   * @param moment the optime the databases are at
   * @param directory must not exist
   */
  public void write(Collection<String> databases, Optime moment, Path directory)
      throws IOException {
    try (DumpWriter dump = DumpWriter.create(directory, false)) {
      for (String name : databases) {
        MongoDatabase database = server.getDatabase(name);
        for (BsonDocument listed : database.listCollections(BsonDocument.class)) {
          if (!listed.getString("name").getValue().startsWith(SYSTEM)) {
            write(database, listed, dump);
          }
        }
      }
      dump.finish(SnapshotTimes.at(moment));
    }
  }

  private static void write(MongoDatabase database, BsonDocument listed, DumpWriter dump)
      throws IOException {
    String name = listed.getString("name").getValue();
    CollectionMetadata metadata = metadata(database, listed);
    dump.metadata(database.getName(), name, metadata);
    if (metadata.isView()) {
      return;
    }
    try (DocumentWriter documents = dump.documents(database.getName(), name)) {
      for (RawBsonDocument document :
          database.getCollection(name, RawBsonDocument.class).find().batchSize(10_000)) {
        documents.write(slice(document));
      }
    }
  }

  private static CollectionMetadata metadata(MongoDatabase database, BsonDocument listed) {
    String type =
        listed.containsKey("type")
            ? listed.getString("type").getValue()
            : CollectionMetadata.COLLECTION;
    BsonDocument info = listed.getDocument("info", new BsonDocument());
    Optional<UUID> uuid =
        info.containsKey("uuid") ? Optional.of(info.getBinary("uuid").asUuid()) : Optional.empty();
    List<BsonDocument> indexes = new ArrayList<>();
    if (!type.equals(CollectionMetadata.VIEW)) {
      database
          .getCollection(listed.getString("name").getValue())
          .listIndexes(BsonDocument.class)
          .into(indexes);
    }
    return new CollectionMetadata(
        type, listed.getDocument("options", new BsonDocument()), indexes, uuid);
  }

  private static BsonSlice slice(RawBsonDocument document) {
    ByteBuf buffer = document.getByteBuffer();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return BsonSlice.of(bytes);
  }
}
