package dev.tidemark.embedded.mongo.wire;

import dev.tidemark.embedded.mongo.bson.LittleEndian;
import dev.tidemark.embedded.mongo.bson.RawDocument;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Frames of the MongoDB wire protocol: OP_MSG, and OP_QUERY for the handshake a driver may still
 * begin with. Documents are taken out of a frame and put into one as bytes.
 */
final class WireMessage {

  private static final int HEADER = 16;
  private static final int OP_REPLY = 1;
  private static final int OP_QUERY = 2004;
  private static final int OP_MSG = 2013;
  private static final int CHECKSUM_PRESENT = 1;
  private static final int MORE_TO_COME = 2;
  private static final int MAX_BYTES = 48_000_000;

  private final byte[] frame;

  private WireMessage(byte[] frame) {
    this.frame = frame;
  }

  /** The next frame, or null at the end of the connection. */
  static WireMessage read(DataInputStream in) throws IOException {
    byte[] prefix = new byte[4];
    try {
      in.readFully(prefix);
    } catch (EOFException e) {
      return null;
    }
    int length = LittleEndian.int32(prefix, 0);
    if (length < HEADER || length > MAX_BYTES) {
      throw new ProtocolException("message length " + length);
    }
    byte[] frame = new byte[length];
    System.arraycopy(prefix, 0, frame, 0, 4);
    in.readFully(frame, 4, length - 4);
    return new WireMessage(frame);
  }

  private int operation() {
    return LittleEndian.int32(frame, 12);
  }

  int requestId() {
    return LittleEndian.int32(frame, 4);
  }

  /** Whether the client waits for an answer. */
  boolean wantsReply() {
    return operation() != OP_MSG || (LittleEndian.int32(frame, HEADER) & MORE_TO_COME) == 0;
  }

  Request request(long connection) throws ProtocolException {
    return switch (operation()) {
      case OP_MSG -> opMsg(connection);
      case OP_QUERY -> opQuery(connection);
      default -> throw new ProtocolException("operation " + operation());
    };
  }

  private Request opMsg(long connection) throws ProtocolException {
    int flags = LittleEndian.int32(frame, HEADER);
    int end = frame.length - ((flags & CHECKSUM_PRESENT) != 0 ? 4 : 0);
    RawDocument body = null;
    Map<String, List<RawDocument>> sequences = new HashMap<>();
    int position = HEADER + 4;
    while (position < end) {
      int kind = frame[position++];
      int size = LittleEndian.int32(frame, position);
      if (kind == 0) {
        body = RawDocument.of(frame, position);
      } else if (kind == 1) {
        sequence(position, position + size, sequences);
      } else {
        throw new ProtocolException("section kind " + kind);
      }
      position += size;
    }
    if (body == null) {
      throw new ProtocolException("message without a body");
    }
    return new Request(body.string("$db", "admin"), body, sequences, connection);
  }

  private void sequence(int start, int end, Map<String, List<RawDocument>> into) {
    int position = start + 4;
    int nameStart = position;
    while (frame[position] != 0) {
      position++;
    }
    String name = new String(frame, nameStart, position - nameStart, StandardCharsets.UTF_8);
    position++;
    List<RawDocument> documents = new ArrayList<>();
    while (position < end) {
      RawDocument document = RawDocument.of(frame, position);
      documents.add(document);
      position += document.length();
    }
    into.put(name, documents);
  }

  private Request opQuery(long connection) {
    int position = HEADER + 4;
    int nameStart = position;
    while (frame[position] != 0) {
      position++;
    }
    String namespace = new String(frame, nameStart, position - nameStart, StandardCharsets.UTF_8);
    RawDocument body = RawDocument.of(frame, position + 9);
    RawDocument wrapped = body.document("$query");
    String database = namespace.substring(0, namespace.indexOf('.'));
    return new Request(database, wrapped == null ? body : wrapped, Map.of(), connection);
  }

  void reply(RawDocument body, int replyId, OutputStream out) throws IOException {
    byte[] document = body.toByteArray();
    boolean query = operation() == OP_QUERY;
    int prefix = query ? HEADER + 20 : HEADER + 5;
    byte[] reply = new byte[prefix + document.length];
    LittleEndian.int32(reply, 0, reply.length);
    LittleEndian.int32(reply, 4, replyId);
    LittleEndian.int32(reply, 8, requestId());
    LittleEndian.int32(reply, 12, query ? OP_REPLY : OP_MSG);
    if (query) {
      LittleEndian.int32(reply, HEADER, 8);
      LittleEndian.int32(reply, HEADER + 16, 1);
    }
    System.arraycopy(document, 0, reply, prefix, document.length);
    out.write(reply);
    out.flush();
  }
}
