package dev.tidemark.schemas.event;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Picks the fields of an event from its Avro encoding: the contract's fields in their order.
 *
 * <p>Avro's own decoder would copy the entry; here it stays a view. Short strings that come again
 * and again (set, kind, namespace) are taken from the event before, with their hashes. Works on the
 * array itself: a buffer's own checks for every byte take longer than all the rest.
 */
final class OplogEventFields {

  /** A string and its bytes. */
  record Name(String text, byte[] utf8) {

    static final Name EMPTY = new Name("", new byte[0]);
  }

  /** The strings of an event. */
  record Names(Name kind, Name setId, Name source, Name op, Name ns) {

    static final Names NONE = new Names(Name.EMPTY, Name.EMPTY, Name.EMPTY, Name.EMPTY, Name.EMPTY);
  }

  private final ByteBuffer in;
  private final byte[] array;
  private final int end;
  private int at;
  private Names names;
  private boolean newNames;

  /**
   * @param data its position moves as an event is read
   * @param before strings that are likely to come again
   */
  OplogEventFields(ByteBuffer data, Names before) {
    this.in = data;
    this.names = before;
    if (data.hasArray()) {
      this.array = data.array();
      this.at = data.arrayOffset() + data.position();
    } else {
      this.array = new byte[data.remaining()];
      data.duplicate().get(array);
      this.at = 0;
    }
    this.end = at + data.remaining();
  }

  /** Reads an event and leaves the position behind it. */
  OplogEventView readNext() {
    int start = at;
    Names before = names;
    Name kind = name(before.kind);
    Name setId = name(before.setId);
    Name source = name(before.source);
    long ts = varLong();
    long term = varLong();
    long prevTs = varLong();
    long prevTerm = varLong();
    long wall = present() ? varLong() : OplogEventView.NO_WALL;
    long observed = varLong();
    Name op = name(before.op);
    Name ns = name(before.ns);
    if (present()) {
      skipBytes();
    }
    if (present()) {
      skipBytes();
      varLong();
    }
    ByteBuffer entry = present() ? bytes(start) : null;
    in.position(in.position() + at - start);
    if (newNames) {
      names = new Names(kind, setId, source, op, ns);
    }
    return new OplogEventView(
        kind.text,
        setId.text,
        source.text,
        ts,
        term,
        prevTs,
        prevTerm,
        wall,
        observed,
        op.text,
        ns.text,
        entry);
  }

  /** Whether the event that was read has strings that the one before did not have. */
  boolean hasNewNames() {
    return newNames;
  }

  /** The strings of the event that was read. */
  Names names() {
    return names;
  }

  /** The branch of a union with null as its first type. */
  private boolean present() {
    long branch = varLong();
    if (branch != 0 && branch != 1) {
      throw malformed("a union has no branch " + branch);
    }
    return branch == 1;
  }

  private Name name(Name likely) {
    int length = length();
    int from = at;
    at += length;
    if (Arrays.equals(array, from, at, likely.utf8, 0, likely.utf8.length)) {
      return likely;
    }
    newNames = true;
    byte[] utf8 = Arrays.copyOfRange(array, from, at);
    return new Name(new String(utf8, StandardCharsets.UTF_8), utf8);
  }

  /** A view of the buffer's own bytes. */
  private ByteBuffer bytes(int start) {
    int length = length();
    ByteBuffer view = in.slice(in.position() + at - start, length);
    at += length;
    return view;
  }

  private void skipBytes() {
    int length = length();
    at += length;
  }

  private int length() {
    long length = varLong();
    if (length < 0 || length > end - at) {
      throw malformed("a length of " + length + " does not fit");
    }
    return (int) length;
  }

  /** Avro's long: base 128, least significant group first, zig-zag. */
  private long varLong() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (at == end) {
        throw malformed("it ends early");
      }
      byte group = array[at++];
      value |= (long) (group & 0x7f) << shift;
      if (group >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw malformed("a number has more than 64 bits");
  }

  private static SerializationException malformed(String problem) {
    return new SerializationException("Not an oplog event: " + problem);
  }
}
