package dev.tidemark.restorer.restore;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/** Opens what a snapshot stored, by what it begins with: gzip, or zstd. */
final class Decompression {

  private static final int BUFFER = 128 << 10;
  private static final int GZIP_FIRST_BYTE = 0x1f;

  private Decompression() {}

  /**
   * The plain bytes.
   *
   * @param stored compressed bytes; closed with the result, and if this fails
   */
  static InputStream open(InputStream stored) throws IOException {
    try {
      BufferedInputStream buffered = new BufferedInputStream(stored, BUFFER);
      buffered.mark(1);
      int first = buffered.read();
      buffered.reset();
      return first == GZIP_FIRST_BYTE
          ? new GZIPInputStream(buffered, BUFFER)
          : new ZstdInputStream(buffered);
    } catch (IOException | RuntimeException e) {
      stored.close();
      throw e;
    }
  }
}
