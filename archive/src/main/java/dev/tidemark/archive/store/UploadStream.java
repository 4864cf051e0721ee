package dev.tidemark.archive.store;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.IntUnaryOperator;
import java.util.zip.CRC32C;

/**
 * Writes an object of unknown length: cuts what is written into parts and uploads up to a given
 * number of them at a time in the background. In a very large object the parts grow, because an
 * object may have 10,000 of them at most.
 *
 * <p>Memory is bounded by (parallel parts + 1) × part size; between whole parts nothing is held, so
 * that whoever writes {@linkplain #wholeParts whole parts} may keep many streams open. {@link
 * #complete()} makes the object visible; {@link #close()} without it throws everything away. One
 * thread writes.
 */
public final class UploadStream extends OutputStream {

  private final MultipartUpload upload;
  private final IntUnaryOperator partSizes;
  private final int parallelParts;
  private final Executor executor;
  private final Deque<CompletableFuture<Void>> inFlight = new ArrayDeque<>();
  private byte[] buffer;
  private int used;
  private int nextPart = 1;
  private final CRC32C crc = new CRC32C();
  private long written;
  private boolean completed;

  /**
   * @param partBytes size of the first parts; the last one may be smaller
   * @param parallelParts how many parts are uploaded at a time
   * @param executor runs the uploads
   */
  public UploadStream(MultipartUpload upload, int partBytes, int parallelParts, Executor executor) {
    this(upload, new PartSizes(partBytes)::of, parallelParts, executor);
  }

  UploadStream(
      MultipartUpload upload, IntUnaryOperator partSizes, int parallelParts, Executor executor) {
    if (parallelParts < 1) {
      throw new IllegalArgumentException("at least one part at a time: " + parallelParts);
    }
    this.upload = Objects.requireNonNull(upload, "upload");
    this.partSizes = partSizes;
    this.parallelParts = parallelParts;
    this.executor = Objects.requireNonNull(executor, "executor");
  }

  /** The CRC-32C of what was written since the last call, or since the beginning. */
  public long takeCrc32c() {
    long value = crc.getValue();
    crc.reset();
    return value;
  }

  /**
   * How many of the next bytes fill whole parts, so that nothing of them is held when they are
   * written.
   *
   * @param available how many bytes could be written
   */
  public long wholeParts(long available) {
    long whole = -used;
    for (int number = nextPart; ; number++) {
      long next = whole + partSizes.applyAsInt(number);
      if (next > available) {
        return Math.max(0, whole);
      }
      whole = next;
    }
  }

  /** Bytes written so far. */
  public long written() {
    return written;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    crc.update(bytes, offset, length);
    int from = offset;
    int left = length;
    while (left > 0) {
      if (buffer == null) {
        buffer = new byte[partSizes.applyAsInt(nextPart)];
      }
      int chunk = Math.min(left, buffer.length - used);
      System.arraycopy(bytes, from, buffer, used, chunk);
      used += chunk;
      from += chunk;
      left -= chunk;
      if (used == buffer.length) {
        sendPart();
      }
    }
    written += length;
  }

  private void sendPart() {
    while (inFlight.size() >= parallelParts) {
      await(inFlight.removeFirst());
    }
    int number = nextPart++;
    ObjectContent content = ObjectContent.of(buffer == null ? new byte[0] : buffer, 0, used);
    inFlight.addLast(CompletableFuture.runAsync(() -> upload.part(number, content), executor));
    buffer = null;
    used = 0;
  }

  /** Uploads the rest and makes the object visible. */
  public ObjectInfo complete() {
    if (used > 0 || nextPart == 1) {
      sendPart();
    }
    while (!inFlight.isEmpty()) {
      await(inFlight.removeFirst());
    }
    ObjectInfo info = upload.complete();
    completed = true;
    return info;
  }

  private static void await(CompletableFuture<Void> part) {
    try {
      part.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    if (!completed) {
      // A part that still arrives after the abort would stay behind as an orphan.
      for (CompletableFuture<Void> part : inFlight) {
        part.exceptionally(failure -> null).join();
      }
      inFlight.clear();
    }
    upload.close();
  }
}
