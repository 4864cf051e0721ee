package dev.tidemark.oplog.update;

import dev.tidemark.oplog.bson.BsonBuffer;
import dev.tidemark.oplog.bson.BsonCursor;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.bson.BsonTag;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Applies {@code $v: 1} modifiers as servers do when they replay their oplog.
 *
 * <p>The result is that of applying path after path in the server's order: missing parents are
 * created as documents, gaps in arrays are filled with nulls, an array element that is removed
 * becomes null, and a path that leads through a value which is no container is skipped. Of several
 * fields of one name the first one is meant.
 */
final class ModifierApplier {

  /** Servers refuse to fill a larger gap. */
  static final int MAX_PADDING = 1_500_000;

  private ModifierApplier() {}

  /** Writes the document that the modifiers make of another one. */
  static void apply(ModifierNode root, BsonSlice document, BsonBuffer out) {
    applyToDocument(root.children, document.cursor(), out);
  }

  private static void applyToDocument(
      FieldTable<ModifierNode> children, BsonCursor field, BsonBuffer out) {
    boolean[] found = new boolean[children.size()];
    int start = out.startDocument();
    int keptFrom = field.elementOffset();
    while (field.next()) {
      int position = children.position(field);
      if (position < 0 || found[position]) {
        continue;
      }
      found[position] = true;
      ModifierNode child = children.get(position);
      if (!child.isEnd() && !field.isContainer()) {
        continue;
      }
      out.copy(field.array(), keptFrom, field.elementOffset() - keptFrom);
      keptFrom = field.elementEnd();
      if (!child.isEnd()) {
        child.writeName(field.tag(), out);
        applyInside(child, field, out);
      } else if (child.sets) {
        child.writeName(child.tag, out);
        child.writeValue(out);
      }
    }
    out.copy(field.array(), keptFrom, field.elementOffset() - keptFrom);
    for (int i = 0; i < found.length; i++) {
      if (!found[i]) {
        create(children.get(i), out);
      }
    }
    out.endDocument(start);
  }

  private static void applyInside(ModifierNode node, BsonCursor container, BsonBuffer out) {
    BsonCursor inside = container.document().cursor();
    if (container.tag() == BsonTag.ARRAY) {
      applyToArray(node.children, inside, container.document().cursor(), out);
    } else {
      applyToDocument(node.children, inside, out);
    }
  }

  private static void create(ModifierNode node, BsonBuffer out) {
    if (node.creates()) {
      node.writeName(node.isEnd() ? node.tag : BsonTag.DOCUMENT, out);
      createValue(node, out);
    }
  }

  private static void createValue(ModifierNode node, BsonBuffer out) {
    if (node.isEnd()) {
      node.writeValue(out);
      return;
    }
    int start = out.startDocument();
    for (int i = 0; i < node.children.size(); i++) {
      create(node.children.get(i), out);
    }
    out.endDocument(start);
  }

  private static void applyToArray(
      FieldTable<ModifierNode> children, BsonCursor element, BsonCursor counter, BsonBuffer out) {
    int length = 0;
    while (counter.next()) {
      length++;
    }
    ArrayWriter array = new ArrayWriter(out);
    for (Target target : targets(children, length)) {
      while (array.size() < Math.min(target.index, length)) {
        element.next();
        array.keep(element);
      }
      array.padTo(target.index);
      if (target.index < length) {
        element.next();
        applyToElement(target.node, element, array, out);
      } else {
        array.next(target.node.isEnd() ? target.node.tag : BsonTag.DOCUMENT);
        createValue(target.node, out);
      }
    }
    while (array.size() < length) {
      element.next();
      array.keep(element);
    }
    array.end();
  }

  private static void applyToElement(
      ModifierNode node, BsonCursor element, ArrayWriter array, BsonBuffer out) {
    if (!node.isEnd()) {
      if (element.isContainer()) {
        array.next(element.tag());
        applyInside(node, element, out);
      } else {
        array.keep(element);
      }
    } else if (node.sets) {
      array.next(node.tag);
      node.writeValue(out);
    } else {
      array.next(BsonTag.NULL);
    }
  }

  private record Target(int index, ModifierNode node) {}

  /**
   * The elements that change, by ascending index. What happens to an index beyond the array depends
   * on the order of application: a greater index that comes first fills the gap with nulls, and a
   * null has no place for a path to lead on.
   */
  private static List<Target> targets(FieldTable<ModifierNode> children, int length) {
    List<Target> targets = new ArrayList<>(children.size());
    long size = length;
    for (int i = 0; i < children.size(); i++) {
      ModifierNode child = children.get(i);
      long index = child.arrayIndex();
      boolean isElement = index >= 0 && index < length;
      boolean isFilled = index >= length && index < size && child.isEnd() && child.sets;
      boolean isNew = index >= size && child.creates();
      if (isNew) {
        if (index - size > MAX_PADDING) {
          throw ModifierParser.malformed(
              "an array of " + size + " elements would be filled up to index " + index);
        }
        size = index + 1;
      }
      if (isElement || isFilled || isNew) {
        targets.add(new Target((int) index, child));
      }
    }
    targets.sort(Comparator.comparingInt(Target::index));
    for (int i = 1; i < targets.size(); i++) {
      if (targets.get(i).index == targets.get(i - 1).index) {
        throw ModifierParser.malformed(
            "two paths name array element " + targets.get(i).index + " differently");
      }
    }
    return targets;
  }
}
