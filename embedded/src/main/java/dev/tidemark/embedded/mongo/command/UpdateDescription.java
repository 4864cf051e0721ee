package dev.tidemark.embedded.mongo.command;

import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawElement;
import dev.tidemark.embedded.mongo.bson.RawWriter;
import java.util.ArrayList;
import java.util.List;

/** A delta as change streams describe it: by dotted paths. Not thread-safe. */
final class UpdateDescription {

  private final RawWriter updated = new RawWriter();
  private final List<String> removed = new ArrayList<>();
  private final List<RawDocument> truncated = new ArrayList<>();

  /**
   * Adds a diff.
   *
   * @param prefix path of the document it belongs to, with a dot behind it unless it is empty
   */
  void add(String prefix, RawDocument diff) {
    for (RawElement section : diff) {
      String name = section.name();
      switch (name) {
        case "d" -> section.document().forEach(field -> removed.add(prefix + field.name()));
        case "u", "i" -> section.document().forEach(f -> updated.element(prefix + f.name(), f));
        default -> addContainer(prefix + name.substring(1), section.document());
      }
    }
  }

  private void addContainer(String path, RawDocument diff) {
    if (!diff.isTrue("a")) {
      add(path + ".", diff);
      return;
    }
    for (RawElement change : diff) {
      String name = change.name();
      if (name.equals("l")) {
        truncated.add(
            new RawWriter().string("field", path).int32("newSize", (int) change.asLong()).done());
      } else if (name.startsWith("u")) {
        updated.element(path + "." + name.substring(1), change);
      } else if (name.startsWith("s")) {
        addContainer(path + "." + name.substring(1), change.document());
      }
    }
  }

  RawDocument done() {
    RawWriter description = new RawWriter().document("updatedFields", updated.done());
    description.openArray("removedFields");
    for (int i = 0; i < removed.size(); i++) {
      description.string(Integer.toString(i), removed.get(i));
    }
    return description.close().array("truncatedArrays", truncated).done();
  }
}
