package dev.tidemark.archive.dump;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/**
 * A directory that appears under its name when it is complete. Until then it is a sibling whose
 * name ends with {@code .partial}; closing it before it has appeared removes it.
 */
public final class PendingDirectory implements Closeable {

  private final Path target;
  private final Path partial;
  private boolean appeared;

  private PendingDirectory(Path target, Path partial) {
    this.target = target;
    this.partial = partial;
  }

  /**
   * Creates the sibling.
   *
   * @throws ArchiveException {@code DUMP_EXISTS} if the directory or the sibling exists
   */
  public static PendingDirectory create(Path directory) throws IOException {
    Path target = directory.toAbsolutePath().normalize();
    requireAbsent(target);
    Path partial = partialOf(target);
    Files.createDirectories(partial);
    return new PendingDirectory(target, partial);
  }

  /**
   * Fails as {@link #create} does.
   *
   * @throws ArchiveException {@code DUMP_EXISTS} if the directory or the sibling exists
   */
  public static void requireAbsent(Path directory) {
    Path target = directory.toAbsolutePath().normalize();
    refuseExisting(target, "Choose another directory or remove this one");
    refuseExisting(partialOf(target), "If no other run is writing it, remove it");
  }

  /** Removes what a run of the caller's left that died: the sibling, and the directory itself. */
  public static void removeLeftOver(Path directory) throws IOException {
    Path target = directory.toAbsolutePath().normalize();
    for (Path left : List.of(partialOf(target), target)) {
      if (Files.exists(left)) {
        walk(left, Files::delete, Files::delete);
      }
    }
  }

  private static Path partialOf(Path target) {
    return target.resolveSibling(target.getFileName() + ".partial");
  }

  private static void refuseExisting(Path path, String remedy) {
    if (Files.exists(path)) {
      throw new ArchiveException(
          ArchiveError.DUMP_EXISTS, "the directory for the dump exists", path.toString(), remedy);
    }
  }

  /** Where its content goes until it appears. */
  public Path path() {
    return partial;
  }

  /** Makes the content durable and lets it appear. */
  public void appear() throws IOException {
    walk(partial, PendingDirectory::force, PendingDirectory::force);
    refuseExisting(target, "What should have become it stays until then, as " + partial);
    Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    appeared = true;
    force(target.getParent());
  }

  private static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public void close() throws IOException {
    if (!appeared && Files.exists(partial)) {
      walk(partial, Files::delete, Files::delete);
    }
  }

  /** Something done to a file or directory. */
  @FunctionalInterface
  private interface Action {
    void on(Path path) throws IOException;
  }

  private static void walk(Path root, Action onFile, Action onDirectory) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            onFile.on(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            onDirectory.on(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
