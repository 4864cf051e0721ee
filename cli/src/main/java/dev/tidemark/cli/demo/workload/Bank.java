package dev.tidemark.cli.demo.workload;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Updates.inc;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import java.time.Clock;
import java.util.Date;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.bson.Document;

/**
 * One teller of a bank: moves money between accounts and writes it down. Not thread-safe; several
 * may work on one database.
 */
final class Bank {

  private static final int ACCOUNTS = 100;

  private final MongoCollection<Document> accounts;
  private final MongoCollection<Document> ledger;
  private final RandomGenerator random;
  private final Clock clock;

  Bank(MongoClient source, RandomGenerator random, Clock clock) {
    MongoDatabase bank = source.getDatabase(DemoNames.BANK);
    this.accounts = bank.getCollection(DemoNames.ACCOUNTS);
    this.ledger = bank.getCollection(DemoNames.LEDGER);
    this.random = random;
    this.clock = clock;
  }

  /** Opens every account. Called once, before the tellers work. */
  void open() {
    accounts.insertMany(
        IntStream.range(0, ACCOUNTS)
            .mapToObj(i -> new Document("_id", i).append("balance", 10_000L))
            .toList());
  }

  /** Carries out one transfer; three writes. */
  void step() {
    int from = random.nextInt(ACCOUNTS);
    int to = random.nextInt(ACCOUNTS);
    long amount = random.nextLong(1, 500);
    accounts.updateOne(eq("_id", from), inc("balance", -amount));
    accounts.updateOne(eq("_id", to), inc("balance", amount));
    ledger.insertOne(
        new Document("from", from)
            .append("to", to)
            .append("amount", amount)
            .append("at", Date.from(clock.instant()))
            .append("tags", List.of("transfer", random.nextInt(7))));
  }
}
