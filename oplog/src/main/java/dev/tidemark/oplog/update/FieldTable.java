package dev.tidemark.oplog.update;

import dev.tidemark.oplog.bson.BsonCursor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Fields by their name, in order. Most updates name a few fields, which are found fastest one after
 * the other; many are found through a map.
 */
final class FieldTable<F extends NamedField> {

  private static final int FEW = 8;

  private final List<F> fields = new ArrayList<>(4);
  private Map<NamedField, Integer> positions;

  /** A bit for each length, modulo 64, that a name here has. */
  private long lengths;

  /** Adds a field at the end. Returns false if its name is there already. */
  boolean add(F field) {
    if (position(field) >= 0) {
      return false;
    }
    fields.add(field);
    lengths |= 1L << field.nameLength;
    if (positions != null) {
      positions.put(nameOf(field), fields.size() - 1);
    } else if (fields.size() > FEW) {
      index();
    }
    return true;
  }

  private void index() {
    positions = new HashMap<>();
    for (int i = 0; i < fields.size(); i++) {
      positions.put(nameOf(fields.get(i)), i);
    }
  }

  /** Names as the map compares them: of one class, so that colliding hashes do not cost time. */
  private static NamedField nameOf(NamedField field) {
    return new NamedField(field.array, field.nameOffset, field.nameLength);
  }

  void sort(Comparator<? super F> order) {
    fields.sort(order);
    if (positions != null) {
      index();
    }
  }

  int size() {
    return fields.size();
  }

  F get(int position) {
    return fields.get(position);
  }

  /** The position of the field of this name, or -1. */
  int position(NamedField name) {
    if (positions != null) {
      return positions.getOrDefault(nameOf(name), -1);
    }
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).hasSameName(name)) {
        return i;
      }
    }
    return -1;
  }

  /** The position of the field that has the element's name, or -1. */
  int position(BsonCursor element) {
    if ((lengths & 1L << element.nameLength()) == 0) {
      return -1;
    }
    if (positions != null) {
      return positions.getOrDefault(
          new NamedField(element.array(), element.nameOffset(), element.nameLength()), -1);
    }
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).isNameOf(element)) {
        return i;
      }
    }
    return -1;
  }
}
