package dev.tidemark.restorer.merge;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.optime.Optime;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;

/** Updates that nothing explains. Thread-safe. */
final class Ledger {

  private static final int EXAMPLES = 20;

  private static final JsonWriterSettings JSON =
      JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();

  private final TreeSet<MergeReport.Example> examples =
      new TreeSet<>(
          Comparator.comparing(MergeReport.Example::optime)
              .thenComparing(MergeReport.Example::namespace)
              .thenComparing(MergeReport.Example::id));

  private long count;

  synchronized void add(String namespace, BsonSlice id, long optime) {
    count++;
    examples.add(
        new MergeReport.Example(
            namespace, new Optime(optime), id.toRawBsonDocument().toJson(JSON)));
    if (examples.size() > EXAMPLES) {
      examples.pollLast();
    }
  }

  synchronized MergeReport.Unexplained unexplained() {
    return new MergeReport.Unexplained(count, List.copyOf(examples));
  }
}
