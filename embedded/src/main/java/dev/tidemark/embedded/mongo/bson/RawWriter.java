package dev.tidemark.embedded.mongo.bson;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.UUID;

/** Writes one BSON document field by field. Not thread-safe; {@link #done()} ends it. */
public final class RawWriter {

  private byte[] buffer = new byte[256];
  private int length = 4;
  private final Deque<Integer> open = new ArrayDeque<>();

  public RawWriter int32(String name, int value) {
    head(BsonTypes.INT32, name);
    ensure(4);
    LittleEndian.int32(buffer, length, value);
    length += 4;
    return this;
  }

  public RawWriter int64(String name, long value) {
    return eightBytes(BsonTypes.INT64, name, value);
  }

  public RawWriter number(String name, double value) {
    return eightBytes(BsonTypes.DOUBLE, name, Double.doubleToRawLongBits(value));
  }

  /** A date in milliseconds since the epoch. */
  public RawWriter date(String name, long millis) {
    return eightBytes(BsonTypes.DATE, name, millis);
  }

  /** A BSON timestamp: seconds in the upper, increment in the lower half. */
  public RawWriter timestamp(String name, long value) {
    return eightBytes(BsonTypes.TIMESTAMP, name, value);
  }

  public RawWriter bool(String name, boolean value) {
    head(BsonTypes.BOOLEAN, name);
    ensure(1);
    buffer[length++] = (byte) (value ? 1 : 0);
    return this;
  }

  public RawWriter nil(String name) {
    head(BsonTypes.NULL, name);
    return this;
  }

  public RawWriter string(String name, String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    head(BsonTypes.STRING, name);
    ensure(5 + utf8.length);
    LittleEndian.int32(buffer, length, utf8.length + 1);
    length += 4;
    bytes(utf8, 0, utf8.length);
    buffer[length++] = 0;
    return this;
  }

  public RawWriter objectId(String name, byte[] twelveBytes) {
    return value(BsonTypes.OBJECT_ID, name, twelveBytes);
  }

  public RawWriter binary(String name, int subtype, byte[] data) {
    head(BsonTypes.BINARY, name);
    ensure(5 + data.length);
    LittleEndian.int32(buffer, length, data.length);
    length += 4;
    buffer[length++] = (byte) subtype;
    bytes(data, 0, data.length);
    return this;
  }

  public RawWriter uuid(String name, UUID uuid) {
    ByteBuffer bytes = ByteBuffer.allocate(16);
    bytes.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
    return binary(name, 4, bytes.array());
  }

  public RawWriter document(String name, RawDocument value) {
    head(BsonTypes.DOCUMENT, name);
    bytes(value.array(), value.offset(), value.length());
    return this;
  }

  public RawWriter array(String name, RawDocument value) {
    head(BsonTypes.ARRAY, name);
    bytes(value.array(), value.offset(), value.length());
    return this;
  }

  public RawWriter array(String name, Iterable<RawDocument> documents) {
    openArray(name);
    int index = 0;
    for (RawDocument document : documents) {
      document(Integer.toString(index++), document);
    }
    return close();
  }

  /** A value whose encoding is already there. */
  public RawWriter value(int type, String name, byte[] value) {
    head(type, name);
    bytes(value, 0, value.length);
    return this;
  }

  /** Copies an element, name and all. */
  public RawWriter element(RawElement element) {
    bytes(element.array(), element.start(), element.end() - element.start());
    return this;
  }

  /** Copies an element's value under another name. */
  public RawWriter element(String name, RawElement element) {
    head(element.type(), name);
    bytes(element.array(), element.valueOffset(), element.valueLength());
    return this;
  }

  public RawWriter all(RawDocument document) {
    bytes(document.array(), document.offset() + 4, document.length() - 5);
    return this;
  }

  public RawWriter openDocument(String name) {
    return open(BsonTypes.DOCUMENT, name);
  }

  public RawWriter openArray(String name) {
    return open(BsonTypes.ARRAY, name);
  }

  public RawWriter close() {
    ensure(1);
    buffer[length++] = 0;
    int start = open.pop();
    LittleEndian.int32(buffer, start, length - start);
    return this;
  }

  public boolean isEmpty() {
    return length == 4;
  }

  public int length() {
    return length;
  }

  public RawDocument done() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("a document inside is still open");
    }
    ensure(1);
    buffer[length++] = 0;
    LittleEndian.int32(buffer, 0, length);
    return RawDocument.of(length == buffer.length ? buffer : Arrays.copyOf(buffer, length));
  }

  private RawWriter open(int type, String name) {
    head(type, name);
    open.push(length);
    ensure(4);
    length += 4;
    return this;
  }

  private RawWriter eightBytes(int type, String name, long value) {
    head(type, name);
    ensure(8);
    LittleEndian.int64(buffer, length, value);
    length += 8;
    return this;
  }

  private void head(int type, String name) {
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    ensure(2 + utf8.length);
    buffer[length++] = (byte) type;
    bytes(utf8, 0, utf8.length);
    buffer[length++] = 0;
  }

  private void bytes(byte[] source, int offset, int count) {
    ensure(count);
    System.arraycopy(source, offset, buffer, length, count);
    length += count;
  }

  private void ensure(int more) {
    // One byte beyond, for the terminator.
    if (buffer.length - length <= more) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + more + 1));
    }
  }
}
