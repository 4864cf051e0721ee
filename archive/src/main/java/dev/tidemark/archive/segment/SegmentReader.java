package dev.tidemark.archive.segment;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.store.ByteRange;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.BlockIndex;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.event.OplogEventView;
import java.util.List;
import java.util.Optional;

/**
 * Reads one segment, and of it only the blocks that a range of optimes needs.
 *
 * <p>Thread-safe; each cursor is not. Everything it says about a damaged object carries {@code
 * ARCHIVE_OBJECT_CORRUPT}, the key and the block's offset.
 */
public final class SegmentReader {

  /** Most headers fit: schema, 1,000 namespaces and the blocks of 32 MiB take about 100 KiB. */
  private static final int FIRST_READ_BYTES = 32 * 1024;

  private static final int LARGEST_HEADER_BYTES = 64 * 1024 * 1024;

  private final RangeReader object;
  private final String where;
  private final SegmentHeader header;

  private SegmentReader(RangeReader object, String where, SegmentHeader header) {
    this.object = object;
    this.where = where;
    this.header = header;
  }

  /** Reads a segment's header. */
  public static SegmentReader open(ObjectStore store, String key) {
    return open(range -> store.read(key, range), key, where(store, key));
  }

  /** Reads the header of a segment that does not lie at its key. */
  static SegmentReader open(RangeReader object, String where) {
    return new SegmentReader(object, where, readHeader(object, where));
  }

  static SegmentReader open(RangeReader object, String key, String where) {
    SegmentHeader header = readHeader(object, where);
    if (!header.entry().getObjectKey().equals(key)) {
      throw ArchiveException.corrupt(
          "the object belongs at " + header.entry().getObjectKey(), where, null);
    }
    return new SegmentReader(object, where, header);
  }

  /**
   * Reads a segment's header and compares it with what an index says; block offsets are compared
   * only if the index has some.
   *
   * @throws ArchiveException {@code ARCHIVE_INDEX_STALE} if they differ
   */
  public static SegmentReader open(ObjectStore store, SegmentIndexEntry expected) {
    String key = expected.getObjectKey();
    return open(range -> store.read(key, range), expected, where(store, key));
  }

  static SegmentReader open(RangeReader object, SegmentIndexEntry expected, String where) {
    SegmentReader reader = open(object, expected.getObjectKey(), where);
    String difference = EntryDifference.describe(expected, reader.entry());
    if (!difference.isEmpty()) {
      throw new ArchiveException(
          ArchiveError.ARCHIVE_INDEX_STALE,
          "the index describes another segment than the one that is stored: " + difference,
          where,
          "Run tidemark verify --deep to see which of the two is right");
    }
    return reader;
  }

  private static SegmentHeader readHeader(RangeReader object, String where) {
    int wanted = FIRST_READ_BYTES;
    while (true) {
      byte[] front = object.read(new ByteRange(0, wanted));
      Optional<SegmentHeader> header = HeaderParser.parse(front, where);
      if (header.isPresent()) {
        return header.get();
      }
      if (front.length < wanted || wanted >= LARGEST_HEADER_BYTES) {
        throw ArchiveException.corrupt("the object ends within its header", where, null);
      }
      wanted *= 8;
    }
  }

  static String where(ObjectStore store, String key) {
    return store.location() + "/" + key;
  }

  /** What the segment says it holds. */
  public SegmentIndexEntry entry() {
    return header.entry();
  }

  /** The header as it was read. */
  public SegmentHeader header() {
    return header;
  }

  /** All entries. */
  public SegmentCursor entries() {
    return entries(Optime.ZERO, Optime.MAX);
  }

  /**
   * The entries whose optimes lie in a range, both ends included.
   *
   * @return a cursor that fetches as it goes; the caller closes it
   */
  public SegmentCursor entries(Optime from, Optime to) {
    List<BlockIndex> blocks = header.entry().getBlocks();
    int first = 0;
    int end = 0;
    for (int i = 0; i < blocks.size(); i++) {
      Optime begins = new Optime(blocks.get(i).getFirstTs());
      if (!begins.isAfter(from)) {
        first = i;
      }
      if (!begins.isAfter(to)) {
        end = i + 1;
      }
    }
    return new SegmentCursor(object, where, header, first, Math.max(first, end), from, to);
  }

  /** The newest entry whose optime is not after a given one; empty if there is none. */
  public Optional<OplogEventView> lastUpTo(Optime optime) {
    Optime block = Optime.ZERO;
    for (BlockIndex candidate : header.entry().getBlocks()) {
      Optime begins = new Optime(candidate.getFirstTs());
      if (!begins.isAfter(optime)) {
        block = begins;
      }
    }
    OplogEventView last = null;
    try (SegmentCursor cursor = entries(block, optime)) {
      for (OplogEventView event = cursor.next(); event != null; event = cursor.next()) {
        last = event;
      }
    }
    return Optional.ofNullable(last);
  }

  /**
   * Reads every byte and compares what it finds with what the header says.
   *
   * @return what is wrong, a sentence each; empty if nothing is
   * @throws ArchiveException {@code ARCHIVE_OBJECT_CORRUPT} if reading has to stop
   */
  public List<String> check() {
    return new SegmentCheck(this).run();
  }
}
