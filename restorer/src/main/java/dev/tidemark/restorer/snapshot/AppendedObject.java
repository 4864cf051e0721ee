package dev.tidemark.restorer.snapshot;

import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.archive.snapshot.SnapshotRange;
import dev.tidemark.archive.snapshot.StoredObject;
import dev.tidemark.archive.store.UploadStream;
import dev.tidemark.oplog.optime.Optime;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/**
 * One collection's object, to which compressed pieces are appended as they come, by any thread.
 *
 * <p>Many of these are open at a time, so what does not fill a part of the upload waits in a file,
 * and memory holds nothing of it. Neighbouring small pieces become one range.
 */
final class AppendedObject implements Closeable {

  private final SnapshotObjects objects;
  private final String key;
  private final Path waiting;
  private final int partBytes;
  private final long rangeBytes;
  private final Optime moment;
  private final List<SnapshotRange> ranges = new ArrayList<>();
  private final CRC32C crc = new CRC32C();
  private UploadStream upload;
  private long waitingBytes;
  private long storedBytes;

  /**
   * @param waiting a file for what waits, which does not exist yet
   * @param partBytes what has to wait before any of it is uploaded
   * @param rangeBytes size that ranges grow to, before compression
   * @param moment the optime that the documents show
   */
  AppendedObject(
      SnapshotObjects objects,
      String key,
      Path waiting,
      int partBytes,
      long rangeBytes,
      Optime moment) {
    this.objects = objects;
    this.key = key;
    this.waiting = waiting;
    this.partBytes = partBytes;
    this.rangeBytes = rangeBytes;
    this.moment = moment;
  }

  /** Appends a whole compressed piece. */
  synchronized void append(RangeSpool piece, DocumentSum.Digest digest) throws IOException {
    SnapshotRange last = ranges.isEmpty() ? null : ranges.get(ranges.size() - 1);
    boolean grows =
        last != null && last.digest().bytes() + digest.bytes() <= Math.max(1, rangeBytes);
    if (!grows) {
      crc.reset();
    }
    try (InputStream in = piece.open();
        OutputStream out =
            new CheckedOutputStream(
                Files.newOutputStream(
                    waiting, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                crc)) {
      in.transferTo(out);
    }
    long offset = storedBytes;
    storedBytes += piece.size();
    waitingBytes += piece.size();
    if (grows) {
      ranges.set(
          ranges.size() - 1,
          range(last.offset(), storedBytes - last.offset(), last.digest().plus(digest)));
    } else {
      ranges.add(range(offset, piece.size(), digest));
    }
    if (waitingBytes >= partBytes) {
      long whole = upload().wholeParts(waitingBytes);
      if (whole > 0) {
        uploadParts(whole);
      }
    }
  }

  private UploadStream upload() {
    if (upload == null) {
      upload = objects.upload(key);
    }
    return upload;
  }

  private SnapshotRange range(long offset, long bytes, DocumentSum.Digest digest) {
    return new SnapshotRange(
        Optional.empty(), Optional.empty(), offset, bytes, crc.getValue(), moment, moment, digest);
  }

  /** Uploads the beginning of what waits. */
  private void uploadParts(long bytes) throws IOException {
    UploadStream into = upload();
    Path rest = waiting.resolveSibling(waiting.getFileName() + ".rest");
    try (InputStream in = Files.newInputStream(waiting)) {
      byte[] buffer = new byte[64 << 10];
      for (long left = bytes; left > 0; ) {
        int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
        if (read < 0) {
          throw new IOException(waiting + " is shorter than what was written to it");
        }
        into.write(buffer, 0, read);
        left -= read;
      }
      Files.copy(in, rest);
    }
    Files.move(rest, waiting, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    waitingBytes -= bytes;
  }

  /** Whether nothing was appended. */
  synchronized boolean isEmpty() {
    return ranges.isEmpty();
  }

  /** Uploads the rest and makes the object visible. */
  synchronized StoredObject complete() throws IOException {
    uploadParts(waitingBytes);
    Files.delete(waiting);
    upload.complete();
    return new StoredObject(key, storedBytes);
  }

  synchronized List<SnapshotRange> ranges() {
    return List.copyOf(ranges);
  }

  @Override
  public synchronized void close() throws IOException {
    Files.deleteIfExists(waiting);
    if (upload != null) {
      upload.close();
    }
  }
}
