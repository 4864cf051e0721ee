package dev.tidemark.cli.demo.workload;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Updates.combine;
import static com.mongodb.client.model.Updates.inc;
import static com.mongodb.client.model.Updates.push;
import static com.mongodb.client.model.Updates.set;
import static com.mongodb.client.model.Updates.unset;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.UpdateOneModel;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.random.RandomGenerator;
import org.bson.Document;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;

/**
 * One customer-facing process of a shop: places orders and moves them on, keeps customers and
 * stock, records events. Every kind of write a document can meet. Not thread-safe; several may work
 * on one database.
 */
final class Shop {

  private static final int CUSTOMERS = 400;
  private static final int ARTICLES = 200;
  private static final int REMEMBERED_ORDERS = 300;
  private static final List<String> STATES = List.of("paid", "packed", "sent", "delivered");

  private final MongoCollection<Document> orders;
  private final MongoCollection<Document> customers;
  private final MongoCollection<Document> stock;
  private final MongoCollection<Document> events;
  private final RandomGenerator random;
  private final Clock clock;
  private final List<ObjectId> open = new ArrayList<>();

  Shop(MongoClient source, RandomGenerator random, Clock clock) {
    MongoDatabase shop = source.getDatabase(DemoNames.SHOP);
    this.orders = shop.getCollection(DemoNames.ORDERS);
    this.customers = shop.getCollection(DemoNames.CUSTOMERS);
    this.stock = shop.getCollection(DemoNames.STOCK);
    this.events = shop.getCollection(DemoNames.EVENTS);
    this.random = random;
    this.clock = clock;
  }

  /** Carries out one step of business; one to ten writes. */
  void step() {
    switch (random.nextInt(10)) {
      case 0, 1, 2 -> placeOrder();
      case 3, 4, 5 -> moveOrder();
      case 6 -> cancelOrder();
      case 7 -> keepCustomer();
      case 8 -> moveStock();
      default -> recordEvents();
    }
  }

  private void placeOrder() {
    List<Document> lines = new ArrayList<>();
    BigDecimal total = BigDecimal.ZERO;
    for (int i = random.nextInt(4); i >= 0; i--) {
      BigDecimal price = BigDecimal.valueOf(random.nextLong(100, 100_000), 2);
      total = total.add(price);
      lines.add(
          new Document("article", article())
              .append("quantity", random.nextInt(1, 9))
              .append("price", new Decimal128(price)));
    }
    ObjectId id = new ObjectId();
    orders.insertOne(
        new Document("_id", id)
            .append("customer", random.nextInt(CUSTOMERS))
            .append("state", "new")
            .append("at", now())
            .append("lines", lines)
            .append("total", new Decimal128(total))
            .append("note", "please ring twice ".repeat(random.nextInt(6))));
    if (open.size() < REMEMBERED_ORDERS) {
      open.add(id);
    } else {
      open.set(random.nextInt(open.size()), id);
    }
  }

  private void moveOrder() {
    if (open.isEmpty()) {
      placeOrder();
      return;
    }
    ObjectId id = open.get(random.nextInt(open.size()));
    String state = STATES.get(random.nextInt(STATES.size()));
    orders.updateOne(
        eq("_id", id),
        combine(
            set("state", state),
            set("shipping.carrier", "carrier-" + random.nextInt(5)),
            inc("revision", 1),
            push("history", new Document("state", state).append("at", now())),
            unset("note")));
  }

  private void cancelOrder() {
    if (open.isEmpty()) {
      return;
    }
    orders.deleteOne(eq("_id", open.remove(random.nextInt(open.size()))));
  }

  private void keepCustomer() {
    int id = random.nextInt(CUSTOMERS);
    if (random.nextBoolean()) {
      customers.replaceOne(
          eq("_id", id),
          new Document("_id", id)
              .append("name", "customer " + random.nextInt(1_000_000))
              .append("limits", List.of(random.nextInt(100), random.nextInt(100), 0.1))
              .append("since", now()),
          new ReplaceOptions().upsert(true));
    } else {
      customers.findOneAndUpdate(
          eq("_id", id),
          combine(
              set("limits.1", random.nextInt(1000)),
              set("address", new Document("city", "c" + random.nextInt(50)).append("zip", null)),
              inc("visits", 1L)));
    }
  }

  private void moveStock() {
    List<UpdateOneModel<Document>> moves = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      moves.add(
          new UpdateOneModel<>(
              eq("_id", article()),
              combine(inc("stock", random.nextInt(-5, 6)), set("moved", now())),
              new com.mongodb.client.model.UpdateOptions().upsert(true)));
    }
    stock.bulkWrite(moves);
  }

  private void recordEvents() {
    List<Document> batch = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      byte[] payload = new byte[random.nextInt(120)];
      random.nextBytes(payload);
      batch.add(
          new Document("at", now())
              .append("kind", "view")
              .append("article", article())
              .append("payload", payload));
    }
    events.insertMany(batch);
  }

  private String article() {
    return "article-" + random.nextInt(ARTICLES);
  }

  private Date now() {
    return Date.from(clock.instant());
  }
}
