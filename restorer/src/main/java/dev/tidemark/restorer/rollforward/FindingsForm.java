package dev.tidemark.restorer.rollforward;

import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.undo.Finding;
import dev.tidemark.restorer.undo.UndoReport;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;

/**
 * What is to be said of documents of which an operation was left out, as a document:
 *
 * <pre>{@code
 * { NULLS: { count: 3, examples: [
 *   { ns: "shop.orders", at: Timestamp(1705654321, 7), id: "{\"_id\": 1}" } ] } }
 * }</pre>
 */
final class FindingsForm {

  private FindingsForm() {}

  static BsonDocument write(Map<Finding, UndoReport.Documents> findings) {
    BsonDocument form = new BsonDocument();
    for (Finding finding : Finding.values()) {
      UndoReport.Documents documents = findings.get(finding);
      if (documents != null) {
        BsonArray examples = new BsonArray();
        documents.examples().forEach(example -> examples.add(write(example)));
        form.append(
            finding.name(),
            new BsonDocument("count", new BsonInt64(documents.count()))
                .append("examples", examples));
      }
    }
    return form;
  }

  private static BsonDocument write(UndoReport.Example example) {
    return new BsonDocument("ns", new BsonString(example.namespace()))
        .append("at", new BsonTimestamp(example.optime().value()))
        .append("id", new BsonString(example.id()));
  }

  static Map<Finding, UndoReport.Documents> read(BsonDocument form) {
    Map<Finding, UndoReport.Documents> findings = new EnumMap<>(Finding.class);
    for (Finding finding : Finding.values()) {
      if (form.isDocument(finding.name())) {
        BsonDocument documents = form.getDocument(finding.name());
        List<UndoReport.Example> examples = new ArrayList<>();
        for (BsonValue example : documents.getArray("examples")) {
          examples.add(read(example));
        }
        findings.put(
            finding, new UndoReport.Documents(documents.getNumber("count").longValue(), examples));
      }
    }
    return findings;
  }

  private static UndoReport.Example read(BsonValue value) {
    BsonDocument example = value.asDocument();
    return new UndoReport.Example(
        example.getString("ns").getValue(),
        new Optime(example.getTimestamp("at").getValue()),
        example.getString("id").getValue());
  }
}
