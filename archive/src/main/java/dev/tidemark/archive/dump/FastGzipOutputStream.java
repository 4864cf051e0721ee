package dev.tidemark.archive.dump;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Gzip at the level that keeps up with a restore: compression must not be its bottleneck. */
final class FastGzipOutputStream extends GZIPOutputStream {

  private static final int BUFFER = 64 << 10;

  FastGzipOutputStream(OutputStream out) throws IOException {
    super(out, BUFFER);
    def.setLevel(Deflater.BEST_SPEED);
  }
}
