package dev.tidemark.restorer.merge;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.undo.Finding;
import dev.tidemark.restorer.undo.UndoReport;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;

/** What is to be said of documents of which an operation was left out. Thread-safe. */
public final class UndoneDocuments {

  private static final int EXAMPLES = 20;

  private static final JsonWriterSettings JSON =
      JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();

  private static final Comparator<UndoReport.Example> ORDER =
      Comparator.comparing(UndoReport.Example::optime)
          .thenComparing(UndoReport.Example::namespace)
          .thenComparing(UndoReport.Example::id);

  /** The documents of one finding. */
  private static final class Found {
    private final TreeSet<UndoReport.Example> examples = new TreeSet<>(ORDER);
    private long count;
  }

  private final Map<Finding, Found> found = new EnumMap<>(Finding.class);

  /** Adds what was found elsewhere. */
  public synchronized void add(Map<Finding, UndoReport.Documents> more) {
    more.forEach((finding, documents) -> add(finding, documents.count(), documents.examples()));
  }

  synchronized void add(String namespace, BsonSlice id, Undone undone) {
    UndoReport.Example example =
        new UndoReport.Example(
            namespace, new Optime(undone.optime()), id.toRawBsonDocument().toJson(JSON));
    for (Finding finding : undone.all()) {
      add(finding, 1, List.of(example));
    }
  }

  private void add(Finding finding, long count, List<UndoReport.Example> examples) {
    Found of = found.computeIfAbsent(finding, first -> new Found());
    of.count += count;
    of.examples.addAll(examples);
    while (of.examples.size() > EXAMPLES) {
      of.examples.pollLast();
    }
  }

  /** All of it. */
  public synchronized Map<Finding, UndoReport.Documents> documents() {
    Map<Finding, UndoReport.Documents> documents = new EnumMap<>(Finding.class);
    found.forEach(
        (finding, of) ->
            documents.put(finding, new UndoReport.Documents(of.count, List.copyOf(of.examples))));
    return documents;
  }
}
