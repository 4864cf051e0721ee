package dev.tidemark.archive.dump;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * A dump in one archive file, in which the streams of several collections alternate in blocks.
 *
 * <p>Opening reads the file once to learn where the blocks are. A compressed file cannot be read in
 * places, so it is decompressed into a temporary file first, which goes away with {@link #close()}.
 */
final class ArchiveFileDump implements Dump {

  private final Path file;
  private final Optional<Path> temporary;
  private final FileChannel channel;
  private final ArchiveFileIndex index;

  private ArchiveFileDump(
      Path file, Optional<Path> temporary, FileChannel channel, ArchiveFileIndex index) {
    this.file = file;
    this.temporary = temporary;
    this.channel = channel;
    this.index = index;
  }

  static ArchiveFileDump open(Path file) throws IOException {
    Optional<Path> temporary = Optional.empty();
    FileChannel channel = null;
    try {
      if (DumpFiles.isGzip(file)) {
        temporary = Optional.of(Files.createTempFile("tidemark-dump", ".archive"));
        try (InputStream in = DumpFiles.open(file)) {
          Files.copy(in, temporary.get(), StandardCopyOption.REPLACE_EXISTING);
        }
      }
      channel = FileChannel.open(temporary.orElse(file), StandardOpenOption.READ);
      ArchiveFileIndex index = ArchiveFileIndex.read(channel, file.toString());
      return new ArchiveFileDump(file, temporary, channel, index);
    } catch (IOException | RuntimeException e) {
      if (channel != null) {
        channel.close();
      }
      if (temporary.isPresent()) {
        Files.deleteIfExists(temporary.get());
      }
      throw e;
    }
  }

  @Override
  public String location() {
    return file.toString();
  }

  @Override
  public List<DumpedCollection> collections() {
    return index.collections();
  }

  @Override
  public DocumentReader documents(DumpedCollection collection) {
    return reader(collection.namespace());
  }

  @Override
  public boolean hasOplog() {
    return index.hasOplog();
  }

  @Override
  public DocumentReader oplog() {
    if (!hasOplog()) {
      throw new ArchiveException(
          ArchiveError.DUMP_WITHOUT_OPLOG,
          "the dump holds no oplog",
          file.toString(),
          "Name the files with the entries");
    }
    return reader(ArchiveFileIndex.OPLOG);
  }

  private DocumentReader reader(String namespace) {
    String where = file + ", " + namespace;
    return new DocumentReader(
        new BlockInputStream(channel, index.blocks(namespace), index.checksum(namespace), where),
        where);
  }

  /** An archive file has no place for them. */
  @Override
  public Optional<SnapshotTimes> times() {
    return Optional.empty();
  }

  @Override
  public void close() throws IOException {
    channel.close();
    if (temporary.isPresent()) {
      Files.deleteIfExists(temporary.get());
    }
  }
}
