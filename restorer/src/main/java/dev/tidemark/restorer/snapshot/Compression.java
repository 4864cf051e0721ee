package dev.tidemark.restorer.snapshot;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * How the objects of a snapshot are compressed. Compressed pieces one after another are one valid
 * stream in either form, so that ranges can be compressed on their own.
 */
enum Compression {
  /** Readable by {@code mongorestore --gzip} as it lies. */
  GZIP(".gz") {
    @Override
    OutputStream compress(OutputStream out) throws IOException {
      return new GZIPOutputStream(out, 64 << 10) {
        {
          def.setLevel(Deflater.BEST_SPEED);
        }
      };
    }
  },
  /** Faster and smaller, for Tidemark alone. */
  ZSTD(".zst") {
    @Override
    OutputStream compress(OutputStream out) throws IOException {
      return new ZstdOutputStream(out, 1);
    }
  };

  private final String suffix;

  Compression(String suffix) {
    this.suffix = suffix;
  }

  /** What follows {@code .bson} and {@code .metadata.json} in the keys. */
  String suffix() {
    return suffix;
  }

  /** A stream that ends one compressed piece, and {@code out}, when it is closed. */
  abstract OutputStream compress(OutputStream out) throws IOException;

  /** A whole compressed piece. */
  byte[] compressed(byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream piece = compress(out)) {
      piece.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
