package dev.tidemark.oplog.update;

import dev.tidemark.oplog.bson.BsonCursor;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.OplogError;
import dev.tidemark.oplog.error.TidemarkException;

/**
 * Reads {@code $v: 1} updates into a tree of path components. Servers reduce every operator to
 * {@code $set} and {@code $unset} before they log an update.
 */
final class ModifierParser {

  private final ModifierOrder order;

  ModifierParser(ModifierOrder order) {
    this.order = order;
  }

  /**
   * Reads {@code {$v: 1, $set: {path: value…}, $unset: {path: true…}}}.
   *
   * @throws TidemarkException {@code OPLOG_MODIFIERS_MALFORMED}, {@code OPLOG_UPDATE_UNKNOWN_FORM},
   *     or what reading BSON throws
   */
  ModifierNode parse(BsonSlice update) {
    ModifierNode root = ModifierNode.root();
    BsonCursor modifier = update.cursor();
    while (modifier.next()) {
      if (modifier.nameIs("$set")) {
        addPaths(root, modifier.object(), true);
      } else if (modifier.nameIs("$unset")) {
        addPaths(root, modifier.object(), false);
      } else if (!modifier.nameIs("$v")) {
        throw new TidemarkException(
            OplogError.OPLOG_UPDATE_UNKNOWN_FORM,
            "an update has the field '" + modifier.name() + "'; only $set and $unset are logged",
            "",
            "Restore to a point before the entry, or skip it");
      }
    }
    root.sort(order, 0);
    return root;
  }

  /** The update that sets every field of a document, each name a path, but not its _id. */
  ModifierNode parseEqualities(BsonSlice query) {
    ModifierNode root = ModifierNode.root();
    BsonCursor field = query.cursor();
    while (field.next()) {
      if (!field.nameIs("_id")) {
        addPath(root, field, true);
      }
    }
    root.sort(order, 0);
    return root;
  }

  private static void addPaths(ModifierNode root, BsonSlice paths, boolean sets) {
    BsonCursor path = paths.cursor();
    while (path.next()) {
      addPath(root, path, sets);
    }
  }

  private static void addPath(ModifierNode root, BsonCursor path, boolean sets) {
    byte[] array = path.array();
    int end = path.nameOffset() + path.nameLength();
    ModifierNode parent = root;
    int from = path.nameOffset();
    for (int depth = 1; ; depth++) {
      BsonSlice.checkDepth(depth);
      int dot = from;
      while (dot < end && array[dot] != '.') {
        dot++;
      }
      checkComponent(path, from, dot);
      if (sets) {
        parent.markCreating();
      }
      if (dot == end) {
        if (!parent.children.add(ModifierNode.end(from, dot - from, sets, path))) {
          throw conflict(path);
        }
        return;
      }
      parent = descend(parent, ModifierNode.component(array, from, dot - from), path);
      from = dot + 1;
    }
  }

  private static ModifierNode descend(
      ModifierNode parent, ModifierNode component, BsonCursor path) {
    int position = parent.children.position(component);
    if (position < 0) {
      parent.children.add(component);
      return component;
    }
    ModifierNode existing = parent.children.get(position);
    if (existing.isEnd()) {
      throw conflict(path);
    }
    return existing;
  }

  private static void checkComponent(BsonCursor path, int from, int to) {
    byte[] array = path.array();
    boolean positional =
        to > from
            && array[from] == '$'
            && (to == from + 1 || (array[from + 1] == '[' && array[to - 1] == ']'));
    if (to == from || positional) {
      throw malformed("the path '" + path.name() + "' has a component that cannot be logged");
    }
  }

  private static TidemarkException conflict(BsonCursor path) {
    return malformed("the path '" + path.name() + "' overlaps with another one");
  }

  static TidemarkException malformed(String reason) {
    return new TidemarkException(
        OplogError.OPLOG_MODIFIERS_MALFORMED,
        "malformed update: " + reason,
        "",
        "Compare the entry with its source; if they differ, fetch it again");
  }
}
