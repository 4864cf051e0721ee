package dev.tidemark.restorer.merge;

import dev.tidemark.oplog.bson.BsonBuffer;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.restorer.merge.DocumentOperation.Kind;
import dev.tidemark.restorer.merge.OverlayTable.State;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * The touched documents with the same leading bits of their hashes: in memory, with every operation
 * applied at once, or in a file, where operations wait. Thread-safe.
 */
final class Partition implements Closeable {

  private final FoldRules rules;
  private final MemoryBudget budget;
  private final Path directory;
  private final Map<Integer, OverlayTable> tables = new TreeMap<>();
  private DocumentFold fold;
  private SpillFile spill;

  Partition(FoldRules rules, MemoryBudget budget, Path directory) {
    this.rules = rules;
    this.budget = budget;
    this.directory = directory;
  }

  synchronized void accept(DocumentOperation operation) throws IOException {
    if (spill != null) {
      spill.write(operation);
      return;
    }
    if (operation.kind() == Kind.TRUNCATE) {
      OverlayTable gone = tables.remove(operation.collection());
      if (gone != null) {
        budget.add(-gone.weight());
      }
      return;
    }
    if (fold == null) {
      fold = new DocumentFold(rules);
    }
    OverlayTable table =
        tables.computeIfAbsent(operation.collection(), collection -> new OverlayTable());
    long before = table.weight();
    fold.apply(table, operation);
    budget.add(table.weight() - before);
  }

  synchronized boolean isSpilled() {
    return spill != null;
  }

  /** Moves everything into a file. */
  synchronized void spill() throws IOException {
    if (spill != null) {
      return;
    }
    spill = new SpillFile(directory);
    for (Map.Entry<Integer, OverlayTable> entry : tables.entrySet()) {
      OverlayTable table = entry.getValue();
      boolean ordered = rules.of(entry.getKey()).ordered();
      for (int at : table.ordered()) {
        if (table.state(at) != State.ABSENT) {
          spill.write(loading(entry.getKey(), table, at, ordered));
        }
        if (table.undone(at) != null) {
          spill.write(loadingUndone(entry.getKey(), table, at));
        }
      }
      budget.add(-table.weight());
    }
    tables.clear();
    fold = null;
  }

  private static DocumentOperation loading(
      int collection, OverlayTable table, int at, boolean ordered) {
    Kind kind =
        switch (table.state(at)) {
          case LIVE -> Kind.LOAD;
          case HEALED -> Kind.LOAD_HEALED;
          case MISSING -> Kind.LOAD_MISSING;
          case ABSENT -> throw new IllegalArgumentException("nothing is there to be loaded");
        };
    BsonSlice document = table.document(at);
    boolean place = ordered && kind != Kind.LOAD_MISSING;
    return new DocumentOperation(
        kind,
        collection,
        table.hash(at),
        place ? 0 : table.number(at),
        place ? table.number(at) : 0,
        document,
        document);
  }

  private static DocumentOperation loadingUndone(int collection, OverlayTable table, int at) {
    Undone undone = table.undone(at);
    BsonSlice document = table.document(at);
    return new DocumentOperation(
        Kind.LOAD_UNDONE,
        collection,
        table.hash(at),
        undone.optime(),
        undone.packed(),
        document,
        undone.source() == null ? document : undone.source());
  }

  /** Hands over the operations that wait in the file. */
  synchronized void replay(SpillFile.Reader reader) throws IOException {
    spill.read(reader);
    spill.close();
  }

  /** Hands over what is in memory and lets it go. */
  synchronized void drain(Survivors survivors, int topLevel) throws IOException {
    for (Map.Entry<Integer, OverlayTable> entry : tables.entrySet()) {
      OverlayTable table = entry.getValue();
      Survivors.Batch batch = survivors.begin(entry.getKey(), topLevel);
      boolean ordered = rules.of(entry.getKey()).ordered();
      for (int at : table.ordered()) {
        State state = table.state(at);
        BsonSlice document = table.document(at);
        if (state == State.LIVE || state == State.HEALED) {
          batch.live(document, table.number(at));
        }
        Undone undone = table.undone(at);
        if (undone != null && undone.findings() != 0) {
          batch.undone(idOf(document), undone);
        }
        if (state == State.HEALED || state == State.MISSING) {
          boolean place = ordered && state == State.HEALED;
          batch.unexplained(idOf(document), place ? 0 : table.number(at));
        }
      }
      budget.add(-table.weight());
    }
    tables.clear();
    fold = null;
  }

  private static BsonSlice idOf(BsonSlice document) {
    BsonBuffer buffer = new BsonBuffer(64);
    int start = buffer.startDocument();
    buffer.copyElement(document.find("_id"));
    buffer.endDocument(start);
    return buffer.toSlice();
  }

  @Override
  public synchronized void close() throws IOException {
    tables.clear();
    if (spill != null) {
      spill.close();
    }
  }
}
