package dev.tidemark.benchmarks.fold;

import dev.tidemark.oplog.bson.BsonSlice;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonBinaryWriter;
import org.bson.BsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;

/**
 * A BSON document with holes for 64-bit numbers, so that making one more costs a copy and nothing
 * else. The holes are where the document has the marks.
 */
final class Template {

  private final byte[] bytes;
  private final int[][] holes;

  /**
   * @param document has every mark at least once, as an int64 or timestamp
   * @param marks the numbers that stand for holes
   */
  Template(BsonDocument document, long... marks) {
    BasicOutputBuffer buffer = new BasicOutputBuffer();
    try (BsonBinaryWriter writer = new BsonBinaryWriter(buffer)) {
      new BsonDocumentCodec().encode(writer, document, EncoderContext.builder().build());
    }
    bytes = buffer.toByteArray();
    holes = new int[marks.length][];
    for (int i = 0; i < marks.length; i++) {
      holes[i] = find(marks[i]);
    }
  }

  private int[] find(long mark) {
    ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    List<Integer> found = new ArrayList<>();
    for (int at = 0; at + Long.BYTES <= bytes.length; at++) {
      if (view.getLong(at) == mark) {
        found.add(at);
      }
    }
    return found.stream().mapToInt(Integer::intValue).toArray();
  }

  int length() {
    return bytes.length;
  }

  /** Writes a document with these numbers in the holes to a place in an array. */
  void write(byte[] target, int offset, long... numbers) {
    System.arraycopy(bytes, 0, target, offset, bytes.length);
    ByteBuffer view = ByteBuffer.wrap(target).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < holes.length; i++) {
      for (int hole : holes[i]) {
        view.putLong(offset + hole, numbers[i]);
      }
    }
  }

  /** Makes documents in blocks, as a reader of a file does. Not thread-safe. */
  Stream stream(long count, Numbers numbers) {
    return new Stream(count, numbers);
  }

  /** The numbers for the holes of the n-th document. */
  @FunctionalInterface
  interface Numbers {
    long[] of(long n);
  }

  /** Documents of this template. */
  final class Stream {
    private static final int BLOCK = 256 << 10;

    private final long count;
    private final Numbers numbers;
    private byte[] block = new byte[0];
    private int position;
    private long made;

    private Stream(long count, Numbers numbers) {
      this.count = count;
      this.numbers = numbers;
    }

    BsonSlice next() {
      if (made == count) {
        return null;
      }
      if (block.length - position < bytes.length) {
        block = new byte[Math.max(BLOCK, bytes.length)];
        position = 0;
      }
      write(block, position, numbers.of(made++));
      BsonSlice document = BsonSlice.of(block, position, bytes.length);
      position += bytes.length;
      return document;
    }
  }
}
