package dev.tidemark.embedded.mongo.bson;

import java.util.Arrays;

/**
 * A value as a key: equal to every value the server's indexes take for the same. The name of the
 * element plays no part.
 */
public record OrderedValue(RawElement element) implements Comparable<OrderedValue> {

  private static final RawElement NULL = new RawWriter().nil("").done().first();

  /** The key of an index entry for a document that lacks the field. */
  public static OrderedValue missing() {
    return new OrderedValue(NULL);
  }

  @Override
  public int compareTo(OrderedValue other) {
    return RawOrder.INSTANCE.compare(element, other.element);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof OrderedValue that && compareTo(that) == 0;
  }

  @Override
  public int hashCode() {
    // Values of different types may be equal; keys are looked up by order, seldom by hash.
    return element.isNumber() || element.isContainer() ? 11 : Arrays.hashCode(element.value());
  }
}
