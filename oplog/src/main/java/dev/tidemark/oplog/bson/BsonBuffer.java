package dev.tidemark.oplog.bson;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A growing byte array that BSON is written into, mostly by copying ranges of other documents.
 *
 * <p>Containers are written between {@link #startDocument()} and {@link #endDocument(int)}, which
 * puts in the length. The size is bounded, so that a damaged update ends with an error and not with
 * the process. Reusable through {@link #clear()}; not thread-safe.
 */
public final class BsonBuffer {

  /** What a server can build in one buffer; its documents stay below 17 MiB. */
  public static final int MAX_LENGTH = 64 * 1024 * 1024;

  private static final int NULL_AND_NAME = 2 + 10;

  private byte[] array;
  private int length;

  public BsonBuffer(int initialCapacity) {
    array = new byte[Math.max(initialCapacity, 64)];
  }

  /** Forgets the content and keeps the memory. */
  public void clear() {
    length = 0;
  }

  /** Bytes written so far. */
  public int length() {
    return length;
  }

  /** Begins a container at the end and returns its position for {@link #endDocument(int)}. */
  public int startDocument() {
    int start = length;
    ensure(4);
    length += 4;
    return start;
  }

  /** Terminates the container that began at this position. */
  public void endDocument(int start) {
    ensure(1);
    array[length++] = 0;
    LittleEndian.putInt(array, start, length - start);
  }

  /** Copies bytes that are BSON already: elements, values or names with their terminator. */
  public void copy(byte[] source, int offset, int count) {
    ensure(count);
    System.arraycopy(source, offset, array, length, count);
    length += count;
  }

  /** Copies a whole document. */
  public void copy(BsonSlice document) {
    copy(document.array(), document.offset(), document.length());
  }

  /** Copies the element that a cursor stands on. */
  public void copyElement(BsonCursor element) {
    copy(element.array(), element.elementOffset(), element.elementLength());
  }

  /** Copies the value that a cursor stands on, without its type and name. */
  public void copyValue(BsonCursor element) {
    copy(element.array(), element.valueOffset(), element.valueLength());
  }

  /** Writes an element's type and name; the caller writes the value. */
  public void header(byte tag, byte[] name, int offset, int count) {
    ensure(count + 2);
    array[length++] = tag;
    System.arraycopy(name, offset, array, length, count);
    length += count;
    array[length++] = 0;
  }

  /** Writes an element's type and name; the caller writes the value. */
  public void header(byte tag, String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    header(tag, bytes, 0, bytes.length);
  }

  /** Writes an array element's type and its index as its name; the caller writes the value. */
  public void header(byte tag, int index) {
    ensure(NULL_AND_NAME);
    array[length++] = tag;
    if (index >= 10) {
      writeDigits(index);
    } else {
      array[length++] = (byte) ('0' + index);
    }
    array[length++] = 0;
  }

  private void writeDigits(int index) {
    int digits = 0;
    for (int rest = index; rest > 0; rest /= 10) {
      digits++;
    }
    int at = length + digits;
    for (int rest = index; rest > 0; rest /= 10) {
      array[--at] = (byte) ('0' + rest % 10);
    }
    length += digits;
  }

  public void int32(int value) {
    ensure(4);
    LittleEndian.putInt(array, length, value);
    length += 4;
  }

  public void int64(long value) {
    ensure(8);
    LittleEndian.putLong(array, length, value);
    length += 8;
  }

  public void int8(byte value) {
    ensure(1);
    array[length++] = value;
  }

  /** The document that takes the whole buffer, in an array of its own. */
  public BsonSlice toSlice() {
    return BsonSlice.of(Arrays.copyOf(array, length));
  }

  private void ensure(int count) {
    int needed = length + count;
    if (needed > array.length || needed < 0) {
      grow((long) length + count);
    }
  }

  private void grow(long needed) {
    if (needed > MAX_LENGTH) {
      throw BsonFailures.tooLarge(needed, MAX_LENGTH);
    }
    array = Arrays.copyOf(array, (int) Math.min(MAX_LENGTH, Math.max(needed, array.length * 2L)));
  }
}
