package dev.tidemark.embedded.mongo.engine;

import de.bwaldvogel.mongo.bson.Document;
import dev.tidemark.embedded.mongo.bson.BsonTypes;
import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawElement;
import dev.tidemark.embedded.mongo.bson.RawWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts the engine's result back into raw bytes: what the engine left alone is copied from the
 * pre-image, byte for byte, and only what it changed is encoded anew.
 */
final class FieldMerge {

  private final EngineCodec codec;

  FieldMerge(EngineCodec codec) {
    this.codec = codec;
  }

  /**
   * Fields the engine must not see, because it has no form for them at the top level: dotted and
   * dollar names, and all but the last occurrence of a name.
   */
  static Set<RawElement> hidden(RawDocument pre) {
    Map<String, RawElement> last = new LinkedHashMap<>();
    Set<RawElement> hidden = new HashSet<>();
    for (RawElement element : pre) {
      String name = element.name();
      RawElement before = last.put(name, element);
      if (before != null) {
        hidden.add(before);
      }
      if (name.isEmpty() || name.indexOf('.') >= 0 || name.charAt(0) == '$') {
        hidden.add(element);
      }
    }
    return hidden;
  }

  static RawDocument without(RawDocument pre, Set<RawElement> hidden) {
    if (hidden.isEmpty()) {
      return pre;
    }
    RawWriter out = new RawWriter();
    for (RawElement element : pre) {
      if (!hidden.contains(element)) {
        out.element(element);
      }
    }
    return out.done();
  }

  RawDocument merge(RawDocument pre, Set<RawElement> hidden, Document result) {
    Map<String, List<RawElement>> hiddenBehind = new LinkedHashMap<>();
    Map<String, RawElement> visible = new LinkedHashMap<>();
    String previous = null;
    for (RawElement element : pre) {
      if (hidden.contains(element)) {
        hiddenBehind.computeIfAbsent(previous, name -> new ArrayList<>()).add(element);
      } else {
        visible.put(element.name(), element);
        previous = result.containsKey(element.name()) ? element.name() : previous;
      }
    }
    RawWriter out = new RawWriter();
    hiddenBehind.getOrDefault(null, List.of()).forEach(out::element);
    result.forEach(
        (name, value) -> {
          write(out, name, visible.get(name), value);
          hiddenBehind.getOrDefault(name, List.of()).forEach(out::element);
        });
    return out.done();
  }

  private void write(RawWriter out, String name, RawElement pre, Object value) {
    if (pre == null) {
      codec.encodeValue(out, name, value);
    } else if (codec.encodeValue(value).sameValue(codec.encodeValue(codec.decodeValue(pre)))) {
      out.element(name, pre);
    } else if (pre.type() == BsonTypes.DOCUMENT && value instanceof Document document) {
      out.document(name, merge(pre.document(), Set.of(), document));
    } else if (pre.type() == BsonTypes.ARRAY && value instanceof Collection<?> items) {
      List<RawElement> before = pre.document().elements();
      out.openArray(name);
      int index = 0;
      for (Object item : items) {
        RawElement old = index < before.size() ? before.get(index) : null;
        write(out, Integer.toString(index++), old, item);
      }
      out.close();
    } else {
      codec.encodeValue(out, name, value);
    }
  }
}
