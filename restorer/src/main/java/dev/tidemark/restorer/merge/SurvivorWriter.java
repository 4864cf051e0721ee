package dev.tidemark.restorer.merge;

import dev.tidemark.oplog.bson.BsonSlice;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the touched documents that survived: those of ordinary collections in units of some
 * partitions each, those of capped collections in their order at the end. Thread-safe; different
 * partitions may be given by different threads.
 */
final class SurvivorWriter implements Survivors, Closeable {

  private final List<Output> outputs = new ArrayList<>();
  private final MergeListener listener;
  private final Ledger ledger;
  private final UndoneDocuments undoneDocuments;

  SurvivorWriter(
      List<CollectionRun> runs,
      MergeOptions options,
      MergeListener listener,
      Ledger ledger,
      UndoneDocuments undoneDocuments) {
    this.listener = listener;
    this.ledger = ledger;
    this.undoneDocuments = undoneDocuments;
    long capped = runs.stream().filter(run -> run.capped().isPresent()).count();
    long sortMemory = Math.max(1 << 20, options.memory() / 4 / Math.max(1, capped));
    for (CollectionRun run : runs) {
      outputs.add(
          run.capped()
              .<Output>map(
                  limits ->
                      new OrderedOutput(
                          run, new CappedOrder(limits, options.temporary(), sortMemory)))
              .orElseGet(() -> new UnorderedOutput(run)));
    }
  }

  @Override
  public Batch begin(int collection, int partition) {
    return outputs.get(collection).begin(partition);
  }

  @Override
  public void done(int partition) throws IOException {
    for (Output output : outputs) {
      output.done(partition);
    }
  }

  /** Writes the ordered collections. All partitions were given. */
  void finish() throws IOException {
    for (Output output : outputs) {
      output.finish();
    }
  }

  @Override
  public void close() throws IOException {
    for (Output output : outputs) {
      output.close();
    }
  }

  /** Where the documents of one collection go. */
  private interface Output extends Closeable {
    Batch begin(int partition);

    void done(int partition) throws IOException;

    void finish() throws IOException;
  }

  private final class UnorderedOutput implements Output {
    private final CollectionRun run;
    private final int partitionsPerUnit;
    private final Unit[] units;

    UnorderedOutput(CollectionRun run) {
      this.run = run;
      this.units = new Unit[run.touchedUnits()];
      this.partitionsPerUnit = Overlay.PARTITIONS / units.length;
      for (int i = 0; i < units.length; i++) {
        units[i] = new Unit("touched-" + i + "-of-" + units.length, partitionsPerUnit);
      }
    }

    @Override
    public Batch begin(int partition) {
      Unit unit = units[partition / partitionsPerUnit];
      return new Batch() {
        @Override
        public void live(BsonSlice document, long number) throws IOException {
          unit.write(document);
        }

        @Override
        public void unexplained(BsonSlice id, long optime) {
          ledger.add(run.restored().source(), id, optime);
        }

        @Override
        public void undone(BsonSlice id, Undone undone) {
          undoneDocuments.add(run.restored().source(), id, undone);
        }
      };
    }

    @Override
    public void done(int partition) throws IOException {
      units[partition / partitionsPerUnit].done();
    }

    @Override
    public void finish() {
      // Every unit ended with its last partition.
    }

    @Override
    public void close() throws IOException {
      for (Unit unit : units) {
        unit.close();
      }
    }

    /** Some partitions of the collection's touched documents. */
    private final class Unit {
      private final String id;
      private int partitionsLeft;
      private UnitWriter writer;

      Unit(String id, int partitions) {
        this.id = id;
        this.partitionsLeft = partitions;
      }

      synchronized void write(BsonSlice document) throws IOException {
        if (writer == null) {
          writer = new UnitWriter(run, id, listener);
        }
        writer.write(document);
      }

      synchronized void done() throws IOException {
        if (--partitionsLeft == 0 && writer != null) {
          writer.complete();
          writer.close();
        }
      }

      synchronized void close() throws IOException {
        if (partitionsLeft > 0 && writer != null) {
          writer.close();
        }
      }
    }
  }

  private final class OrderedOutput implements Output {
    private final CollectionRun run;
    private final CappedOrder order;

    OrderedOutput(CollectionRun run, CappedOrder order) {
      this.run = run;
      this.order = order;
    }

    @Override
    public Batch begin(int partition) {
      return new Batch() {
        @Override
        public void live(BsonSlice document, long number) throws IOException {
          order.add(document, number);
        }

        @Override
        public void unexplained(BsonSlice id, long optime) {
          ledger.add(run.restored().source(), id, optime);
        }

        @Override
        public void undone(BsonSlice id, Undone undone) {
          undoneDocuments.add(run.restored().source(), id, undone);
        }
      };
    }

    @Override
    public void done(int partition) {
      // Documents of all partitions are put in order together.
    }

    @Override
    public void finish() throws IOException {
      try (UnitWriter writer = new UnitWriter(run, "ordered", listener)) {
        String digest = order.write(writer);
        writer.complete();
        run.ordered(digest);
      }
    }

    @Override
    public void close() throws IOException {
      order.close();
    }
  }
}
