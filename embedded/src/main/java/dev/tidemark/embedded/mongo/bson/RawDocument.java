package dev.tidemark.embedded.mongo.bson;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * One BSON document (or array) as the bytes it arrived in. Nothing is decoded until it is asked
 * for, so whatever a decoded form would lose (a field that occurs twice, -0.0, the subtype of a
 * binary, trailing zeros of a decimal) survives. Immutable; the array must not be changed.
 */
public final class RawDocument implements Iterable<RawElement> {

  private static final RawDocument EMPTY = new RawDocument(new byte[] {5, 0, 0, 0, 0}, 0, 5);

  private final byte[] array;
  private final int offset;
  private final int length;

  private RawDocument(byte[] array, int offset, int length) {
    this.array = array;
    this.offset = offset;
    this.length = length;
  }

  public static RawDocument empty() {
    return EMPTY;
  }

  public static RawDocument of(byte[] bytes) {
    return of(bytes, 0);
  }

  /**
   * The document that starts at {@code offset}; its own length prefix says where it ends.
   *
   * @throws IllegalArgumentException if the prefix does not fit into the array
   */
  public static RawDocument of(byte[] array, int offset) {
    if (offset < 0 || array.length - offset < 5) {
      throw new IllegalArgumentException("not a BSON document: fewer than 5 bytes");
    }
    int length = LittleEndian.int32(array, offset);
    if (length < 5 || length > array.length - offset || array[offset + length - 1] != 0) {
      throw new IllegalArgumentException("not a BSON document: length prefix " + length);
    }
    return new RawDocument(array, offset, length);
  }

  byte[] array() {
    return array;
  }

  int offset() {
    return offset;
  }

  public int length() {
    return length;
  }

  public boolean isEmpty() {
    return length == 5;
  }

  /** A copy of the document's bytes. */
  public byte[] toByteArray() {
    return Arrays.copyOfRange(array, offset, offset + length);
  }

  /** The same content in an array of its own, so that a large message around it can be freed. */
  public RawDocument detached() {
    return array.length == length ? this : new RawDocument(toByteArray(), 0, length);
  }

  /** The first element of that name, or null. */
  public RawElement get(String name) {
    for (RawElement element : this) {
      if (element.nameEquals(name)) {
        return element;
      }
    }
    return null;
  }

  public boolean has(String name) {
    return get(name) != null;
  }

  /** The embedded document of that name, or null if there is none (an array counts as one). */
  public RawDocument document(String name) {
    RawElement element = get(name);
    return element == null || !element.isContainer() ? null : element.document();
  }

  public String string(String name, String otherwise) {
    RawElement element = get(name);
    return element == null || element.type() != BsonTypes.STRING ? otherwise : element.string();
  }

  public long number(String name, long otherwise) {
    RawElement element = get(name);
    return element == null || !element.isNumber() ? otherwise : element.asLong();
  }

  /** Whether the field is there and true in the server's sense (a number other than 0 is true). */
  public boolean isTrue(String name) {
    RawElement element = get(name);
    return element != null && element.isTruthy();
  }

  public RawElement first() {
    return iterator().next();
  }

  public List<RawElement> elements() {
    List<RawElement> elements = new ArrayList<>();
    for (RawElement element : this) {
      elements.add(element);
    }
    return elements;
  }

  public List<RawDocument> documents() {
    List<RawDocument> documents = new ArrayList<>();
    for (RawElement element : this) {
      documents.add(element.document());
    }
    return documents;
  }

  @Override
  public Iterator<RawElement> iterator() {
    return new Iterator<>() {
      private int position = offset + 4;

      @Override
      public boolean hasNext() {
        return array[position] != 0;
      }

      @Override
      public RawElement next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        RawElement element = RawElement.at(array, position, offset + length);
        position = element.end();
        return element;
      }
    };
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RawDocument that
        && Arrays.equals(
            array, offset, offset + length, that.array, that.offset, that.offset + that.length);
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (int i = offset; i < offset + length; i++) {
      hash = 31 * hash + array[i];
    }
    return hash;
  }

  @Override
  public String toString() {
    return "RawDocument(" + length + " bytes)";
  }
}
