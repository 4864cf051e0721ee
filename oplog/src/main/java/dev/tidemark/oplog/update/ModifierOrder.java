package dev.tidemark.oplog.update;

import java.util.Comparator;

/**
 * In which order a server applies the paths of one update made of modifiers. It decides the order
 * of fields that the update adds side by side, and which array elements are padded.
 */
public enum ModifierOrder {
  /** Servers up to 4.4: names compare as byte strings. */
  LEXICOGRAPHIC {
    @Override
    int compareNames(NamedField left, NamedField right) {
      return left.compareTo(right);
    }
  },
  /**
   * Servers from 5.0 on: of two names that begin with a digit and are not zero-padded the shorter
   * one comes first, so that numbers are in numeric order.
   */
  NUMERIC {
    @Override
    int compareNames(NamedField left, NamedField right) {
      if (left.nameLength != right.nameLength && startsNumber(left) && startsNumber(right)) {
        return Integer.compare(left.nameLength, right.nameLength);
      }
      return left.compareTo(right);
    }
  };

  /** The order of a server by its major version. */
  public static ModifierOrder ofServer(int major) {
    return major >= 5 ? NUMERIC : LEXICOGRAPHIC;
  }

  abstract int compareNames(NamedField left, NamedField right);

  Comparator<NamedField> comparator() {
    return this::compareNames;
  }

  private static boolean startsNumber(NamedField name) {
    if (name.nameLength == 0) {
      return false;
    }
    byte first = name.array[name.nameOffset];
    return (first >= '1' && first <= '9') || (first == '0' && name.nameLength == 1);
  }
}
