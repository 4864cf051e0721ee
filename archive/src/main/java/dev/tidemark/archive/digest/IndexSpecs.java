package dev.tidemark.archive.digest;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.bson.BsonDocument;

/** Index specifications without what differs between servers that hold the same index. */
final class IndexSpecs {

  /** Format versions, the namespace, and how the index was once built. */
  private static final Set<String> OF_THE_SERVER =
      Set.of("v", "ns", "background", "textIndexVersion", "2dsphereIndexVersion");

  private IndexSpecs() {}

  static List<BsonDocument> normalized(List<BsonDocument> specs) {
    List<BsonDocument> normalized = new ArrayList<>();
    for (BsonDocument spec : specs) {
      BsonDocument copy = new BsonDocument();
      spec.forEach(
          (field, value) -> {
            if (!OF_THE_SERVER.contains(field)) {
              copy.append(field, value);
            }
          });
      normalized.add(copy);
    }
    normalized.sort(Comparator.comparing(IndexSpecs::name));
    return normalized;
  }

  private static String name(BsonDocument spec) {
    return spec.containsKey("name") && spec.get("name").isString()
        ? spec.getString("name").getValue()
        : "";
  }
}
