package dev.tidemark.tailer.member;

import dev.tidemark.oplog.bson.BsonSlice;
import org.bson.BsonBinaryReader;
import org.bson.BsonReader;
import org.bson.BsonWriter;
import org.bson.codecs.Codec;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.EncoderContext;
import org.bson.io.BsonInput;

/**
 * Takes replies as the bytes that came, always into the same array, which grows with the largest of
 * them: replies of many megabytes would each be garbage of that size, several times over with the
 * driver's own raw documents. A reply is valid until the next one is read. Not thread-safe.
 */
final class ReplyCodec implements Codec<BsonSlice> {

  private static final int SMALLEST = 1 << 16;

  private byte[] array = new byte[SMALLEST];

  @Override
  public BsonSlice decode(BsonReader reader, DecoderContext context) {
    BsonInput input = ((BsonBinaryReader) reader).getBsonInput();
    int size = input.readInt32();
    if (size > array.length) {
      array = new byte[Math.max(size, 2 * array.length)];
    }
    for (int i = 0; i < Integer.BYTES; i++) {
      array[i] = (byte) (size >>> (i * Byte.SIZE));
    }
    input.readBytes(array, Integer.BYTES, size - Integer.BYTES);
    return BsonSlice.of(array, 0, size);
  }

  @Override
  public void encode(BsonWriter writer, BsonSlice value, EncoderContext context) {
    throw new UnsupportedOperationException("only replies are read this way");
  }

  @Override
  public Class<BsonSlice> getEncoderClass() {
    return BsonSlice.class;
  }
}
