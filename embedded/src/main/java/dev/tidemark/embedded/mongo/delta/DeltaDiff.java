package dev.tidemark.embedded.mongo.delta;

import dev.tidemark.embedded.mongo.bson.BsonTypes;
import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawElement;
import dev.tidemark.embedded.mongo.bson.RawWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The {@code diff} of a {@code $v: 2} update entry: what turns a pre-image into its post-image.
 *
 * <p>Sections stand in the server's order ({@code d}, {@code u}, {@code i}, then {@code s…}). A
 * field that moved within its document is a {@code i}, which drops the old occurrence and appends
 * the new one. For example {@code {_id:1,a:1,b:2,r:[1,2]}} → {@code {_id:1,b:9,r:[1,2,3],z:0}} is
 * {@code {d:{a:false},u:{b:9},i:{z:0},sr:{a:true,u2:3}}}.
 */
public final class DeltaDiff {

  private final Style style;
  private final Set<String> assigned;

  private DeltaDiff(Style style, Set<String> assigned) {
    this.style = style;
    this.assigned = assigned;
  }

  private enum Style {
    /** As operators log it: along the paths that changed. */
    PATHS,
    /** As a pipeline logs it: each container whole or as a sub-diff, whichever is shorter. */
    SHORTEST
  }

  /**
   * The diff of an update by operators.
   *
   * @param assigned top-level fields that were given a new value as a whole
   * @return null if no diff can express the change: a name that occurs twice has no place in one,
   *     and the whole document has to be logged instead
   */
  public static RawDocument ofOperators(RawDocument pre, RawDocument post, Set<String> assigned) {
    return new DeltaDiff(Style.PATHS, assigned).between(pre, post);
  }

  /** The diff of an update by a pipeline, or null as above. */
  public static RawDocument ofPipeline(RawDocument pre, RawDocument post) {
    return new DeltaDiff(Style.SHORTEST, Set.of()).between(pre, post);
  }

  private RawDocument between(RawDocument pre, RawDocument post) {
    Map<String, RawElement> before = byName(pre);
    Map<String, RawElement> after = byName(post);
    if (before == null || after == null) {
      return null;
    }
    Set<String> kept = keptInPlace(before, after);
    RawWriter deleted = new RawWriter();
    RawWriter updated = new RawWriter();
    RawWriter inserted = new RawWriter();
    RawWriter nested = new RawWriter();
    for (String name : before.keySet()) {
      if (!after.containsKey(name)) {
        deleted.bool(name, false);
      }
    }
    after.forEach(
        (name, value) -> {
          if (!kept.contains(name)) {
            inserted.element(value);
          } else if (!value.sameValue(before.get(name))) {
            change(before.get(name), value, nested, updated, name);
          }
        });
    RawWriter diff = new RawWriter();
    section(diff, "d", deleted);
    section(diff, "u", updated);
    section(diff, "i", inserted);
    return diff.all(nested.done()).done();
  }

  private static void section(RawWriter diff, String name, RawWriter content) {
    if (!content.isEmpty()) {
      diff.document(name, content.done());
    }
  }

  /**
   * The longest run of leading fields of the post-image that stand in the pre-image in this order;
   * everything behind them has to be appended.
   */
  private static Set<String> keptInPlace(
      Map<String, RawElement> before, Map<String, RawElement> after) {
    List<String> old = new ArrayList<>(before.keySet());
    Set<String> kept = new HashSet<>();
    int position = 0;
    for (String name : after.keySet()) {
      int found = before.containsKey(name) ? indexFrom(old, name, position) : -1;
      if (found < 0) {
        break;
      }
      kept.add(name);
      position = found + 1;
    }
    return kept;
  }

  private static int indexFrom(List<String> names, String name, int from) {
    for (int i = from; i < names.size(); i++) {
      if (names.get(i).equals(name)) {
        return i;
      }
    }
    return -1;
  }

  /** A sub-diff where both are containers of the same kind and the style asks for it. */
  private void change(
      RawElement before, RawElement after, RawWriter nested, RawWriter updated, String name) {
    RawDocument diff = null;
    if (before.type() == after.type() && before.type() == BsonTypes.DOCUMENT) {
      diff = new DeltaDiff(style, Set.of()).between(before.document(), after.document());
    } else if (before.type() == after.type() && before.type() == BsonTypes.ARRAY) {
      diff = arrays(before.document(), after.document());
    }
    boolean worthIt = style == Style.PATHS || (diff != null && diff.length() < after.valueLength());
    if (diff != null && !diff.isEmpty() && worthIt && !assigned.contains(name)) {
      nested.document("s" + name, diff);
    } else {
      updated.element(name, after);
    }
  }

  private RawDocument arrays(RawDocument pre, RawDocument post) {
    List<RawElement> before = pre.elements();
    List<RawElement> after = post.elements();
    if (style == Style.PATHS && after.size() < before.size()) {
      return null;
    }
    for (int i = 0; i < after.size(); i++) {
      // An array whose elements are not numbered in order only survives as a whole.
      if (!after.get(i).name().equals(Integer.toString(i))) {
        return null;
      }
    }
    RawWriter diff = new RawWriter().bool("a", true);
    if (after.size() < before.size()) {
      diff.int32("l", after.size());
    }
    for (int i = 0; i < after.size(); i++) {
      RawElement value = after.get(i);
      if (i >= before.size()) {
        diff.element("u" + i, value);
      } else if (!value.sameValue(before.get(i))) {
        RawWriter nested = new RawWriter();
        RawWriter updated = new RawWriter();
        new DeltaDiff(style, Set.of())
            .change(before.get(i), value, nested, updated, Integer.toString(i));
        if (nested.isEmpty()) {
          diff.element("u" + i, value);
        } else {
          diff.all(nested.done());
        }
      }
    }
    return diff.done();
  }

  private static Map<String, RawElement> byName(RawDocument document) {
    Map<String, RawElement> elements = new LinkedHashMap<>();
    for (RawElement element : document) {
      if (elements.put(element.name(), element) != null) {
        return null;
      }
    }
    return elements;
  }
}
