package dev.tidemark.schemas.event;

import dev.tidemark.schemas.registry.WireFormat;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes the events of one set in the Avro encoding of {@link OplogEvent}: the counterpart of
 * {@link OplogEventDecoder}, which copies an entry's bytes once and nothing else. Not thread-safe.
 */
public final class OplogEventEncoder {

  private static final int LONGEST_LONG = 10;

  private final byte[] set;
  private byte[] head = new byte[512];
  private int end;

  /**
   * @param setId the replica set's ObjectId, 24 hex digits
   * @param source the replica set's name
   */
  public OplogEventEncoder(String setId, String source) {
    string(setId);
    string(source);
    this.set = Arrays.copyOf(head, end);
  }

  /** Encodes a marker. */
  public byte[] marker(OplogEventHead event) {
    head(event);
    number(0);
    return Arrays.copyOf(head, end);
  }

  /**
   * Encodes an entry.
   *
   * @param array where its raw BSON bytes are
   * @return {@link WireFormat#HEADER_BYTES} bytes that are left for the wire format's header, and
   *     the event
   */
  public byte[] entry(OplogEventHead event, byte[] array, int offset, int length) {
    head(event);
    number(1);
    number(length);
    byte[] encoded = Arrays.copyOf(head, end + length);
    System.arraycopy(array, offset, encoded, end, length);
    return encoded;
  }

  private void head(OplogEventHead event) {
    end = WireFormat.HEADER_BYTES;
    string(event.kind());
    bytes(set);
    number(event.ts());
    number(event.term());
    number(event.prevTs());
    number(event.prevTerm());
    if (event.wall() == OplogEventView.NO_WALL) {
      number(0);
    } else {
      number(1);
      number(event.wall());
    }
    number(event.observed());
    string(event.op());
    string(event.ns());
    if (event.ui() == null) {
      number(0);
    } else {
      number(1);
      string(event.ui());
    }
    if (event.lsid() == null) {
      number(0);
    } else {
      number(1);
      number(event.lsid().length);
      bytes(event.lsid());
      number(event.txnNumber());
    }
  }

  private void string(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    number(utf8.length);
    bytes(utf8);
  }

  private void bytes(byte[] source) {
    ensure(source.length);
    System.arraycopy(source, 0, head, end, source.length);
    end += source.length;
  }

  /** Avro's long, which also stands for a length and the branch of a union. */
  private void number(long value) {
    ensure(LONGEST_LONG);
    long rest = (value << 1) ^ (value >> 63);
    while ((rest & ~0x7FL) != 0) {
      head[end++] = (byte) ((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    head[end++] = (byte) rest;
  }

  private void ensure(int more) {
    if (head.length - end < more) {
      head = Arrays.copyOf(head, Math.max(head.length * 2, end + more));
    }
  }
}
