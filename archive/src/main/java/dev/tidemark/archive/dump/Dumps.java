package dev.tidemark.archive.dump;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.segment.SegmentEntries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens dumps, whatever their form. */
public final class Dumps {

  private Dumps() {}

  /**
   * Opens a dump directory or an archive file of mongodump, plain or compressed.
   *
   * @throws ArchiveException {@code DUMP_MISSING} or {@code DUMP_MALFORMED}
   */
  public static Dump open(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return DirectoryDump.open(path);
    }
    if (!Files.exists(path)) {
      throw new ArchiveException(
          ArchiveError.DUMP_MISSING,
          "there is no dump",
          path.toString(),
          "Name the directory or the archive file that mongodump wrote");
    }
    return ArchiveFileDump.open(path);
  }

  /**
   * The documents of a single file: an oplog, for example, plain or compressed, or a segment of the
   * archive with its entries.
   */
  public static DocumentReader documents(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new ArchiveException(
          ArchiveError.DUMP_MISSING, "there is no such file", file.toString(), "Check the path");
    }
    return DumpFiles.isSegment(file)
        ? new DocumentReader(SegmentEntries.open(file), file.toString())
        : DumpFiles.documents(file);
  }
}
