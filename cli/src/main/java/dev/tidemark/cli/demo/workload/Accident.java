package dev.tidemark.cli.demo.workload;

import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.tidemark.oplog.optime.Optime;
import org.bson.Document;

/**
 * What the demo recovers from: a collection dropped and another one emptied.
 *
 * @param first optime of its first entry; a restore to before it undoes everything
 * @param last optime of its last entry
 * @param dropped the namespace dropped
 * @param emptied the namespace whose documents were deleted
 * @param deleted how many there were
 */
public record Accident(Optime first, Optime last, String dropped, String emptied, long deleted) {

  /** Lets it happen. */
  public static Accident cause(MongoClient source) {
    MongoDatabase shop = source.getDatabase(DemoNames.SHOP);
    MongoCollection<Document> ledger =
        source.getDatabase(DemoNames.BANK).getCollection(DemoNames.LEDGER);
    try (ClientSession session = source.startSession()) {
      shop.getCollection(DemoNames.ORDERS).drop(session);
      Optime first = Optime.of(session.getOperationTime());
      long deleted = ledger.deleteMany(session, new Document()).getDeletedCount();
      return new Accident(
          first,
          Optime.of(session.getOperationTime()),
          DemoNames.SHOP + "." + DemoNames.ORDERS,
          DemoNames.BANK + "." + DemoNames.LEDGER,
          deleted);
    }
  }
}
