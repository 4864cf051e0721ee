package dev.tidemark.archive.snapshot;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * Opens objects of a snapshot whatever they are compressed with: gzip, zstd or nothing, told apart
 * by their first bytes. Several compressed pieces one after another are read as one.
 */
public final class Decompression {

  private static final int BUFFER_BYTES = 64 * 1024;
  private static final byte[] GZIP = {0x1f, (byte) 0x8b};
  private static final byte[] ZSTD = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};

  private Decompression() {}

  /**
   * The plain content.
   *
   * @param raw closed with the result, and if this fails
   */
  public static InputStream open(InputStream raw) throws IOException {
    try {
      Announcing in = new Announcing(raw);
      byte[] front = in.readNBytes(ZSTD.length);
      in.unread(front);
      if (startsWith(front, ZSTD)) {
        return new ZstdInputStream(in).setContinuous(false);
      }
      return startsWith(front, GZIP) ? new GZIPInputStream(in, BUFFER_BYTES) : in;
    } catch (IOException | RuntimeException e) {
      raw.close();
      throw e;
    }
  }

  private static boolean startsWith(byte[] bytes, byte[] magic) {
    return bytes.length >= magic.length
        && Arrays.equals(bytes, 0, magic.length, magic, 0, magic.length);
  }

  /**
   * Claims to have bytes available until the end was seen: Java's gzip stream asks that to find out
   * whether another member follows, and would stop early at a slow connection.
   */
  private static final class Announcing extends PushbackInputStream {

    private boolean ended;

    Announcing(InputStream in) {
      super(in, ZSTD.length);
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      ended |= value < 0;
      return value;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int read = super.read(target, offset, length);
      ended |= read < 0;
      return read;
    }

    @Override
    public int available() throws IOException {
      return ended ? super.available() : Math.max(1, super.available());
    }
  }
}
