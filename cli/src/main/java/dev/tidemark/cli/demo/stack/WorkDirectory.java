package dev.tidemark.cli.demo.stack;

import dev.tidemark.cli.error.CliError;
import dev.tidemark.oplog.error.TidemarkException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** The one directory a demo writes to. */
public final class WorkDirectory implements AutoCloseable {

  private static final String TEMPORARY_FILES = "java.io.tmpdir";

  private final Path path;
  private final boolean temporary;
  private final String temporaryFilesBefore;

  private WorkDirectory(Path path, boolean temporary) {
    this.path = path;
    this.temporary = temporary;
    this.temporaryFilesBefore = System.getProperty(TEMPORARY_FILES);
  }

  /** A directory that is removed on close. */
  public static WorkDirectory temporary() {
    try {
      return new WorkDirectory(Files.createTempDirectory("tidemark-demo-"), true).prepared();
    } catch (IOException e) {
      throw unusable(Path.of(System.getProperty(TEMPORARY_FILES)), e);
    }
  }

  /**
   * A directory whose content stays.
   *
   * @throws TidemarkException if it cannot be written, or holds something already
   */
  public static WorkDirectory at(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    try {
      Files.createDirectories(absolute);
      try (var content = Files.list(absolute)) {
        if (content.findAny().isPresent()) {
          throw new TidemarkException(
              CliError.CLI_FILE,
              "the work directory is not empty",
              absolute.toString(),
              "Empty it or name another one");
        }
      }
    } catch (IOException e) {
      throw unusable(absolute, e);
    }
    return new WorkDirectory(absolute, false).prepared();
  }

  private WorkDirectory prepared() {
    try {
      // Libraries unpack native code and buffer to files; that belongs here too.
      System.setProperty(TEMPORARY_FILES, Files.createDirectory(path.resolve("tmp")).toString());
      return this;
    } catch (IOException e) {
      throw unusable(path, e);
    }
  }

  private static TidemarkException unusable(Path path, IOException e) {
    return new TidemarkException(
        CliError.CLI_FILE,
        "the work directory cannot be written: " + e.getClass().getSimpleName(),
        path.toString(),
        "Name another one with --work-dir",
        e);
  }

  public Path path() {
    return path;
  }

  public Path resolve(String name) {
    return path.resolve(name);
  }

  /** Removes the temporary files, and everything else too unless the content is to stay. */
  @Override
  public void close() {
    System.setProperty(TEMPORARY_FILES, temporaryFilesBefore);
    try {
      delete(temporary ? path : path.resolve("tmp"));
    } catch (IOException e) {
      throw new TidemarkException(
          CliError.CLI_FILE,
          "the work directory cannot be removed: " + e.getMessage(),
          path.toString(),
          "Remove it by hand",
          e);
    }
  }

  private static void delete(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              // A server that is ending removed it first.
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException failure)
              throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
