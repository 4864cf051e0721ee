package dev.tidemark.cli.demo.workload;

import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import dev.tidemark.cli.error.CliError;
import dev.tidemark.oplog.error.TidemarkException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.bson.Document;

/**
 * Writers that keep a source busy with mixed operations over several collections, and the schema
 * changes that come along. Not thread-safe; the writers run on threads of their own.
 */
public final class Workload implements AutoCloseable {

  private static final int WRITERS = 3;

  /** Steps a second of each writer that keep a source busy. */
  public static final int BUSY = 300;

  private final MongoClient source;
  private final SplittableRandom random;
  private final Clock clock;
  private final int pace;
  private final ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
  private final LongAdder steps = new LongAdder();
  private final List<Future<?>> running = new ArrayList<>();

  /**
   * @param pace steps a second of each writer, where the source keeps up; about 2.7 entries each
   */
  public Workload(MongoClient source, long seed, int pace, Clock clock) {
    this.source = source;
    this.pace = pace;
    this.random = new SplittableRandom(seed);
    this.clock = clock;
  }

  /** Makes the collections. */
  public void prepare() {
    MongoDatabase shop = source.getDatabase(DemoNames.SHOP);
    shop.createCollection(DemoNames.ORDERS);
    shop.getCollection(DemoNames.ORDERS)
        .createIndex(
            Indexes.compoundIndex(Indexes.ascending("customer"), Indexes.descending("at")));
    shop.getCollection(DemoNames.CUSTOMERS)
        .createIndex(Indexes.ascending("name"), new IndexOptions().sparse(true));
    new Bank(source, random, clock).open();
  }

  /** Lets the writers work until they are told to stop. */
  public void start(BooleanSupplier stop) {
    for (int i = 0; i < WRITERS; i++) {
      running.add(threads.submit(writer(random.split(), stop)));
    }
  }

  private Callable<Void> writer(RandomGenerator own, BooleanSupplier stop) {
    Shop shop = new Shop(source, own, clock);
    Bank bank = new Bank(source, own, clock);
    return () -> {
      long begin = System.nanoTime();
      for (long done = 0; !stop.getAsBoolean(); done++) {
        pause(begin + done * 1_000_000_000L / pace - System.nanoTime());
        if (own.nextInt(4) == 0) {
          bank.step();
        } else {
          shop.step();
        }
        steps.increment();
      }
      return null;
    };
  }

  private static void pause(long nanos) throws InterruptedException {
    if (nanos > 0) {
      TimeUnit.NANOSECONDS.sleep(nanos);
    }
  }

  /**
   * Changes schemas while the writers work: a collection that is loaded under one name and renamed,
   * an index built and another dropped, a collection that comes and goes.
   */
  public void changeSchemas() {
    MongoDatabase shop = source.getDatabase(DemoNames.SHOP);
    MongoCollection<Document> loading = shop.getCollection(DemoNames.CATALOGUE + "_loading");
    loading.insertMany(
        IntStream.range(0, 300)
            .mapToObj(i -> new Document("_id", "article-" + i).append("title", "Article " + i))
            .toList());
    loading.renameCollection(new com.mongodb.MongoNamespace(DemoNames.SHOP, DemoNames.CATALOGUE));
    shop.getCollection(DemoNames.CATALOGUE)
        .createIndex(Indexes.ascending("title"), new IndexOptions().unique(true));
    String made = shop.getCollection(DemoNames.EVENTS).createIndex(Indexes.ascending("kind"));
    shop.getCollection(DemoNames.EVENTS).createIndex(Indexes.hashed("article"));
    shop.getCollection(DemoNames.EVENTS).dropIndex(made);
    shop.getCollection("scratch").insertOne(new Document("_id", 1).append("gone", "soon"));
    shop.getCollection("scratch").drop();
  }

  /** Steps of business carried out so far. */
  public long steps() {
    return steps.sum();
  }

  /**
   * Says that no writer has failed so far.
   *
   * @throws TidemarkException if one has
   */
  public void check() {
    running.stream().filter(Future::isDone).forEach(Workload::join);
  }

  /**
   * Waits until every writer has stopped.
   *
   * @throws TidemarkException if one of them failed
   */
  public void awaitStopped() {
    running.forEach(Workload::join);
    running.clear();
  }

  private static void join(Future<?> writer) {
    try {
      writer.get();
    } catch (ExecutionException e) {
      throw new TidemarkException(
          CliError.CLI_DEMO,
          "a writer of the workload failed: " + reasonOf(e.getCause()),
          "",
          "Run the demo with --work-dir and read tidemark.log there",
          e.getCause());
    } catch (CancellationException | InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String reasonOf(Throwable cause) {
    return cause instanceof MongoException ? cause.getMessage() : cause.toString();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
