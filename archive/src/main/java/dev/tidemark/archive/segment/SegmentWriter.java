package dev.tidemark.archive.segment;

import dev.tidemark.archive.container.ContainerHeader;
import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.BlockIndex;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.event.OplogEventView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.avro.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one segment. Events are appended as they came, without being decoded again; full blocks go
 * compressed to a local file, and the header, which says what they hold, is made at the end.
 *
 * <p>The bytes of a segment follow from its entries, its origin and its format alone. Memory: about
 * three blocks. Not thread-safe. {@link #close()} without {@link #finish} throws the segment away.
 * After a failure that is all that can be done with it: it refuses more entries, and to be
 * finished.
 */
public final class SegmentWriter implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SegmentWriter.class);

  private final SegmentOrigin origin;
  private final Schema writerSchema;
  private final SegmentFormat format;
  private final Path spool;
  private final WritableByteChannel out;
  private final SegmentFacts facts = new SegmentFacts();
  private final List<BlockIndex> blocks = new ArrayList<>();
  private String objectKey;
  private byte[] sync;
  private BlockWriter blockWriter;
  private long blockFirstTs;
  private long blockCount;
  private State state = State.OPEN;

  /** What may be done with it. */
  private enum State {
    OPEN,
    FAILED,
    FINISHED,
    CLOSED
  }

  /**
   * @param out writes {@code spool}; closed with this
   */
  SegmentWriter(
      SegmentOrigin origin,
      Schema writerSchema,
      SegmentFormat format,
      Path spool,
      WritableByteChannel out) {
    this.origin = origin;
    this.writerSchema = writerSchema;
    this.format = format;
    this.spool = spool;
    this.out = out;
  }

  /**
   * Starts a segment.
   *
   * @param spool a file that does not exist yet, on a disk with room for the compressed segment
   * @param writerSchema the schema that the events are encoded with
   */
  public static SegmentWriter open(
      Path spool, SegmentOrigin origin, Schema writerSchema, SegmentFormat format) {
    Objects.requireNonNull(origin, "origin");
    Objects.requireNonNull(writerSchema, "writerSchema");
    try {
      FileChannel out =
          FileChannel.open(spool, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      return new SegmentWriter(origin, writerSchema, format, spool, out);
    } catch (IOException e) {
      throw diskFailed(spool, e);
    }
  }

  /**
   * Appends an entry.
   *
   * @param datum the event's Avro encoding in the writer schema
   * @param event the same event as a view
   * @throws IllegalArgumentException if it is not an entry, of another set, or not after the one
   *     before
   * @throws ArchiveException {@code ARCHIVE_DISK_FAILED}; then the segment is lost
   * @throws IllegalStateException if it was finished, or is lost
   */
  public void append(ByteBuffer datum, OplogEventView event) {
    check(event);
    // Until the entry is in whole: what holds a part of one must not be finished.
    state = State.FAILED;
    try {
      if (facts.count() == 0) {
        begin(event);
      }
      if (blockCount == 0) {
        blockFirstTs = event.ts();
      }
      facts.add(event);
      blockWriter.add(datum);
      blockCount++;
      if (blockWriter.pending() >= format.blockBytes()) {
        flush();
      }
      state = State.OPEN;
    } catch (IOException e) {
      throw diskFailed(spool, e);
    }
  }

  private void requireOpen() {
    if (state != State.OPEN) {
      throw new IllegalStateException("the segment takes nothing any more: it is " + state);
    }
  }

  private void check(OplogEventView event) {
    requireOpen();
    if (!event.isEntry() || event.entry() == null) {
      throw new IllegalArgumentException("a segment holds entries only, not " + event.kind());
    }
    if (!event.setId().equals(origin.set().setId())) {
      throw new IllegalArgumentException(
          "a segment of " + origin.set() + " cannot hold an entry of " + event.setId());
    }
    if (facts.count() > 0 && Long.compareUnsigned(event.ts(), facts.lastTs()) <= 0) {
      throw new IllegalArgumentException(
          "entry " + new Optime(event.ts()) + " does not come after " + new Optime(facts.lastTs()));
    }
  }

  private void begin(OplogEventView first) {
    objectKey = origin.keys().segment(origin.set(), new Optime(first.ts()));
    // The same segment written again has the same marker, and another one has another.
    sync =
        Arrays.copyOf(
            ContentHash.sha256(objectKey.getBytes(StandardCharsets.UTF_8)),
            ContainerHeader.SYNC_BYTES);
    blockWriter = new BlockWriter(out, sync, format);
  }

  private void flush() throws IOException {
    long offset = blockWriter.position();
    int crc32c = blockWriter.flush(blockCount);
    blocks.add(new BlockIndex(offset, blockFirstTs, blockCount, crc32c));
    blockCount = 0;
  }

  /** Entries appended so far. */
  public long entryCount() {
    return facts.count();
  }

  /** Raw bytes of the entries appended so far. */
  public long entryBytes() {
    return facts.bytes();
  }

  /** Bytes in the spool file so far. */
  public long spooledBytes() {
    return blockWriter == null ? 0 : blockWriter.position();
  }

  /**
   * Ends the segment.
   *
   * @param nextOffset where reading the topic goes on behind it, or -1
   * @throws ArchiveException {@code ARCHIVE_DISK_FAILED}; then the segment is lost
   * @throws IllegalStateException if it has no entry, or is lost
   */
  public FinishedSegment finish(long nextOffset) {
    return finish(nextOffset, null);
  }

  /**
   * Ends a segment that is stored under another key than its first optime gives.
   *
   * @param key the key, or null for the usual one
   */
  FinishedSegment finish(long nextOffset, String key) {
    requireOpen();
    if (facts.count() == 0) {
      throw new IllegalStateException("a segment without entries cannot be finished");
    }
    state = State.FAILED;
    try {
      if (blockCount > 0) {
        flush();
      }
      SegmentIndexEntry.Builder entry =
          facts
              .toEntry(origin, key == null ? objectKey : key)
              .setNextOffset(nextOffset)
              .setBlocks(blocks);
      SegmentHeader.Encoded header =
          SegmentHeader.encode(writerSchema, entry, sync, blockWriter.position());
      release();
      state = State.FINISHED;
      return new FinishedSegment(header.entry(), header.bytes(), spool);
    } catch (IOException e) {
      throw diskFailed(spool, e);
    }
  }

  private void release() throws IOException {
    if (blockWriter != null) {
      blockWriter.close();
    }
    out.close();
  }

  /** Throws the segment away unless it was finished. Never fails: it logs. */
  @Override
  public void close() {
    if (state == State.FINISHED || state == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    try {
      try {
        release();
      } finally {
        Files.deleteIfExists(spool);
      }
    } catch (IOException e) {
      log.warn("{}: the spool file of an abandoned segment could not be removed", spool, e);
    }
  }

  private static ArchiveException diskFailed(Path spool, IOException e) {
    return new ArchiveException(
        ArchiveError.ARCHIVE_DISK_FAILED,
        "the segment cannot be spooled: " + e.getMessage(),
        spool.toString(),
        "Check the free space and the permissions of the spool directory; the topic still has the"
            + " events",
        e);
  }
}
