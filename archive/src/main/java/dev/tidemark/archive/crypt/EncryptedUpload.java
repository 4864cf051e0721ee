package dev.tidemark.archive.crypt;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.store.MultipartUpload;
import dev.tidemark.archive.store.ObjectContent;
import dev.tidemark.archive.store.ObjectInfo;
import dev.tidemark.archive.store.UploadStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An upload that encrypts its parts as one stream, and therefore in order: a part that comes before
 * its turn waits in memory. Parts that are written by {@link UploadStream} hardly wait.
 */
final class EncryptedUpload implements MultipartUpload {

  /** Wraps the stream that takes encrypted bytes. */
  @FunctionalInterface
  interface Encryption {
    OutputStream over(OutputStream encrypted) throws IOException;
  }

  private final UploadStream encrypted;
  private final Encryption encryption;
  private final String key;
  private final String where;
  private final SortedMap<Integer, byte[]> waiting = new TreeMap<>();
  private OutputStream plain;
  private int nextPart = 1;

  /**
   * @param partBytes as in {@link UploadStream}, of the encrypted parts
   */
  EncryptedUpload(
      MultipartUpload upload, int partBytes, String key, Encryption encryption, String where) {
    this.encrypted = new UploadStream(upload, partBytes, 1, Runnable::run);
    this.encryption = encryption;
    this.key = key;
    this.where = where;
  }

  @Override
  public synchronized void part(int number, ObjectContent content) {
    if (number < nextPart) {
      throw new IllegalArgumentException(
          "part " + number + " of an encrypted upload cannot be replaced: " + key);
    }
    try (InputStream in = content.open()) {
      waiting.put(number, in.readAllBytes());
      while (waiting.containsKey(nextPart)) {
        write(waiting.remove(nextPart));
        nextPart++;
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private void write(byte[] part) throws IOException {
    if (plain == null) {
      plain = encryption.over(new KeptOpen(encrypted));
    }
    plain.write(part);
  }

  private ArchiveException failed(IOException e) {
    return new ArchiveException(
        ArchiveError.ARCHIVE_DISK_FAILED,
        "what is to be stored cannot be read or encrypted: " + e.getMessage(),
        where,
        "Check the local disk",
        e);
  }

  @Override
  public synchronized ObjectInfo complete() {
    if (plain == null && waiting.isEmpty()) {
      throw new IllegalStateException("an upload needs at least one part: " + key);
    }
    try {
      // Numbers need not be consecutive.
      for (byte[] part : waiting.values()) {
        write(part);
      }
      waiting.clear();
      // Writes the last piece.
      plain.close();
      ObjectInfo stored = encrypted.complete();
      return new ObjectInfo(
          stored.key(),
          CipherLayout.plainSize(stored.size()),
          stored.etag(),
          stored.lastModified());
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Ending the encryption must not end the upload, which would throw it away. */
  private static final class KeptOpen extends FilterOutputStream {

    KeptOpen(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }

  @Override
  public synchronized void close() {
    waiting.clear();
    encrypted.close();
  }
}
