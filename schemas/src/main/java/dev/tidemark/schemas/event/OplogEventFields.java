package dev.tidemark.schemas.event;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Picks the fields of an event from its Avro encoding: the contract's fields in their order.
 *
 * <p>Avro's own decoder would copy the entry; here it stays a view. Short strings that come again
 * and again (set, kind, namespace) are taken from the event before, with their hashes.
 */
final class OplogEventFields {

  /** The strings of an event. */
  record Names(String kind, String setId, String source, String op, String ns) {

    static final Names NONE = new Names("", "", "", "", "");

    static Names of(OplogEventView event) {
      return new Names(event.kind(), event.setId(), event.source(), event.op(), event.ns());
    }
  }

  private final ByteBuffer in;
  private final Names before;

  /**
   * @param data its position moves as fields are read
   * @param before strings that are likely to come again
   */
  OplogEventFields(ByteBuffer data, Names before) {
    this.in = data;
    this.before = before;
  }

  /** Reads an event and leaves the position behind it. */
  OplogEventView readNext() {
    try {
      String kind = string(before.kind);
      String setId = string(before.setId);
      String source = string(before.source);
      long ts = varLong();
      long term = varLong();
      long prevTs = varLong();
      long prevTerm = varLong();
      long wall = present() ? varLong() : OplogEventView.NO_WALL;
      long observed = varLong();
      String op = string(before.op);
      String ns = string(before.ns);
      if (present()) {
        skipBytes();
      }
      if (present()) {
        skipBytes();
        varLong();
      }
      ByteBuffer entry = present() ? bytes() : null;
      return new OplogEventView(
          kind, setId, source, ts, term, prevTs, prevTerm, wall, observed, op, ns, entry);
    } catch (java.nio.BufferUnderflowException | IllegalArgumentException e) {
      throw malformed("it ends early", e);
    }
  }

  /** The branch of a union with null as its first type. */
  private boolean present() {
    long branch = varLong();
    if (branch != 0 && branch != 1) {
      throw malformed("a union has no branch " + branch, null);
    }
    return branch == 1;
  }

  private String string(String likely) {
    int length = length();
    if (isNext(likely, length)) {
      in.position(in.position() + length);
      return likely;
    }
    String text =
        in.hasArray()
            ? new String(
                in.array(), in.arrayOffset() + in.position(), length, StandardCharsets.UTF_8)
            : StandardCharsets.UTF_8.decode(in.slice(in.position(), length)).toString();
    in.position(in.position() + length);
    return text;
  }

  /** Whether a string stands here; one that is not ASCII never does. */
  private boolean isNext(String likely, int length) {
    if (likely.length() != length) {
      return false;
    }
    int position = in.position();
    for (int i = 0; i < length; i++) {
      if (in.get(position + i) != likely.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private ByteBuffer bytes() {
    int length = length();
    ByteBuffer view = in.slice(in.position(), length);
    in.position(in.position() + length);
    return view;
  }

  private void skipBytes() {
    int length = length();
    in.position(in.position() + length);
  }

  private int length() {
    long length = varLong();
    if (length < 0 || length > in.remaining()) {
      throw malformed("a length of " + length + " does not fit", null);
    }
    return (int) length;
  }

  /** Avro's long: base 128, least significant group first, zig-zag. */
  private long varLong() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte group = in.get();
      value |= (long) (group & 0x7f) << shift;
      if (group >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw malformed("a number has more than 64 bits", null);
  }

  private static SerializationException malformed(String problem, Throwable cause) {
    return new SerializationException("Not an oplog event: " + problem, cause);
  }
}
