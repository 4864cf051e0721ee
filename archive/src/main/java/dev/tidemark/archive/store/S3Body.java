package dev.tidemark.archive.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.CRC32C;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * The body of a put or a part, with the checksum that makes the store refuse a damaged transfer.
 *
 * @param body readable as often as the SDK retries
 * @param crc32c base64 of the checksum
 */
record S3Body(RequestBody body, String crc32c) {

  private static final int BUFFER_BYTES = 64 * 1024;

  static S3Body of(ObjectContent content) throws IOException {
    CRC32C crc = new CRC32C();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = content.open()) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        crc.update(buffer, 0, read);
      }
    }
    byte[] value = ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).array();
    RequestBody body =
        RequestBody.fromContentProvider(
            () -> reopen(content), content.size(), "application/octet-stream");
    return new S3Body(body, Base64.getEncoder().encodeToString(value));
  }

  private static InputStream reopen(ObjectContent content) {
    try {
      return content.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
