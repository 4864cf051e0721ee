package dev.tidemark.restorer.merge;

import dev.tidemark.oplog.bson.BsonSlice;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Operations in a temporary file, written and then read once, in order. Not thread-safe. */
final class SpillFile implements Closeable {

  private static final int WRITE_BUFFER = 64 << 10;
  private static final int READ_BUFFER = 256 << 10;

  private static final DocumentOperation.Kind[] KINDS = DocumentOperation.Kind.values();

  private final Path file;
  private final DataOutputStream out;

  SpillFile(Path directory) throws IOException {
    this.file = Files.createTempFile(directory, "partition", ".spill");
    this.out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), WRITE_BUFFER));
  }

  void write(DocumentOperation operation) throws IOException {
    out.writeByte(operation.kind().ordinal());
    out.writeInt(operation.collection());
    out.writeLong(operation.hash());
    out.writeLong(operation.optime());
    out.writeLong(operation.sequence());
    write(operation.key());
    if (operation.kind().hasPayload()) {
      write(operation.payload());
    }
  }

  private void write(BsonSlice document) throws IOException {
    out.writeInt(document.length());
    out.write(document.array(), document.offset(), document.length());
  }

  /** Takes operations while they are read back. */
  @FunctionalInterface
  interface Reader {
    void accept(DocumentOperation operation) throws IOException;
  }

  /** Reads everything; nothing can be written any more. */
  void read(Reader reader) throws IOException {
    out.close();
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), READ_BUFFER))) {
      for (int kind = in.read(); kind >= 0; kind = in.read()) {
        int collection = in.readInt();
        long hash = in.readLong();
        long optime = in.readLong();
        long sequence = in.readLong();
        BsonSlice key = document(in, in.readInt());
        BsonSlice payload = KINDS[kind].hasPayload() ? document(in, in.readInt()) : key;
        reader.accept(
            new DocumentOperation(KINDS[kind], collection, hash, optime, sequence, key, payload));
      }
    }
  }

  private static BsonSlice document(DataInputStream in, int length) throws IOException {
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return BsonSlice.of(bytes);
  }

  @Override
  public void close() throws IOException {
    try (out) {
      Files.deleteIfExists(file);
    }
  }
}
