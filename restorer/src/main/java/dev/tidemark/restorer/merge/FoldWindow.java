package dev.tidemark.restorer.merge;

import dev.tidemark.oplog.bson.BsonBuffer;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.key.DocumentKey;
import dev.tidemark.restorer.merge.DocumentOperation.Kind;
import dev.tidemark.restorer.merge.OverlayTable.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The touched documents of one window while entries are applied to them. Not thread-safe. */
final class FoldWindow {

  /**
   * A document that entries touch.
   *
   * @param run the number of its collection
   * @param key its {@code _id}
   * @param id a document that holds it
   * @param carried bytes of the largest document that an entry carries for it
   */
  record Touched(int run, DocumentKey key, BsonSlice id, int carried) {

    /** The same when another entry carries something, too. */
    Touched carrying(int bytes) {
      return bytes > carried ? new Touched(run, key, id, bytes) : this;
    }

    long hash() {
      return key.hash64();
    }
  }

  private final MergePlan plan;
  private final DocumentFold fold;
  private final SortedMap<Integer, OverlayTable> tables = new TreeMap<>();
  private final Map<Integer, Map<DocumentKey, BsonSlice>> before = new HashMap<>();
  private final Ledger ledger;
  private final UndoneDocuments undone = new UndoneDocuments();
  private long bytes;
  private long unexplained;

  FoldWindow(MergePlan plan, Ledger ledger) {
    this.plan = plan;
    this.fold = new DocumentFold(plan.rules());
    this.ledger = ledger;
  }

  /** Bytes that it may come to. */
  long bytes() {
    return bytes;
  }

  /** Notes what entries carry for a document. */
  void expect(Touched one) {
    bytes += one.carried();
  }

  /** Takes a document as the base holds it. */
  void load(int run, BsonSlice document) {
    DocumentKey key = DocumentKey.ofDocument(document);
    before.computeIfAbsent(run, number -> new HashMap<>()).put(key, document);
    bytes += document.length();
    apply(new DocumentOperation(Kind.LOAD, run, key.hash64(), 0, 0, document, document));
  }

  void apply(DocumentOperation operation) {
    fold.apply(
        tables.computeIfAbsent(operation.collection(), number -> new OverlayTable()), operation);
  }

  /**
   * What became of the documents.
   *
   * @param touched all of the window's
   */
  Window images(long last, List<Touched> touched) {
    SortedMap<Integer, List<Touched>> byRun = new TreeMap<>();
    touched.forEach(one -> byRun.computeIfAbsent(one.run(), n -> new ArrayList<>()).add(one));
    List<Window.Images> collections = new ArrayList<>();
    byRun.forEach(
        (run, ofRun) -> {
          Window.Images images = images(run, ofRun);
          if (!images.written().isEmpty() || !images.gone().isEmpty()) {
            collections.add(images);
          }
        });
    return new Window(last, collections, unexplained, undone.documents());
  }

  private Window.Images images(int run, List<Touched> touched) {
    RestoredCollection collection = plan.runs().get(run).restored();
    OverlayTable table = tables.getOrDefault(run, new OverlayTable());
    Map<DocumentKey, BsonSlice> base = before.getOrDefault(run, Map.of());
    List<BsonSlice> written = new ArrayList<>();
    List<BsonSlice> gone = new ArrayList<>();
    for (Touched one : touched) {
      int at = table.find(one.hash(), one.id());
      BsonSlice was = base.get(one.key());
      State state = at < 0 ? State.ABSENT : table.state(at);
      Undone of = at < 0 ? null : table.undone(at);
      if (of != null && of.findings() != 0) {
        undone.add(collection.source(), one.id(), of);
      }
      if (state == State.HEALED || state == State.MISSING) {
        unexplained++;
        ledger.add(collection.source(), one.id(), table.number(at));
      }
      if (state == State.LIVE || state == State.HEALED) {
        BsonSlice image = table.document(at);
        if (!image.equals(was)) {
          written.add(image);
        }
      } else if (was != null) {
        gone.add(idOf(was));
      }
    }
    return new Window.Images(collection, written, gone);
  }

  /** A document that holds nothing but the {@code _id} of another one. */
  static BsonSlice idOf(BsonSlice document) {
    BsonBuffer buffer = new BsonBuffer(64);
    int start = buffer.startDocument();
    buffer.copyElement(document.find("_id"));
    buffer.endDocument(start);
    return buffer.toSlice();
  }
}
