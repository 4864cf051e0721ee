package dev.tidemark.embedded.mongo.oplog;

import dev.tidemark.embedded.mongo.bson.LittleEndian;
import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawElement;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads a file of oplog entries one behind the other ({@code oplog.bson} of a dump), in order and
 * as they are. Not thread-safe.
 */
public final class OplogFile implements AutoCloseable {

  private static final int MAX_ENTRY = (16 << 20) + (64 << 10);

  private final Path path;
  private final DataInputStream in;

  public OplogFile(Path path) throws IOException {
    this.path = path;
    this.in = new DataInputStream(new BufferedInputStream(Files.newInputStream(path), 1 << 16));
  }

  /**
   * @return the next entry, or null at the end
   * @throws IOException if the file ends inside an entry or holds anything else
   */
  public RawDocument next() throws IOException {
    byte[] prefix = new byte[4];
    int first = in.read();
    if (first < 0) {
      return null;
    }
    prefix[0] = (byte) first;
    try {
      in.readFully(prefix, 1, 3);
      int length = LittleEndian.int32(prefix, 0);
      if (length < 5 || length > MAX_ENTRY) {
        throw new IOException(path + " holds something that is no oplog entry: length " + length);
      }
      byte[] entry = new byte[length];
      System.arraycopy(prefix, 0, entry, 0, 4);
      in.readFully(entry, 4, length - 4);
      return RawDocument.of(entry);
    } catch (EOFException e) {
      throw new IOException(path + " ends inside an oplog entry", e);
    }
  }

  /** The optime, term and wall clock time the entry itself tells. */
  static OplogStore.Position position(RawDocument entry) {
    long timestamp = entry.get("ts").int64();
    RawElement wall = entry.get("wall");
    long seconds = timestamp >>> 32;
    return new OplogStore.Position(
        timestamp, entry.number("t", -1), wall == null ? seconds * 1000 : wall.int64());
  }

  /** Position of the first entry in the file. */
  public static OplogStore.Position firstPosition(Path path) throws IOException {
    try (OplogFile file = new OplogFile(path)) {
      RawDocument entry = file.next();
      if (entry == null || entry.get("ts") == null) {
        throw new IOException(path + " holds no oplog entry");
      }
      return position(entry);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
