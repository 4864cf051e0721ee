package dev.tidemark.archive.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A multipart upload into a directory: a hidden folder of parts, joined at the end. */
final class DirectoryUpload implements MultipartUpload {

  private static final Logger log = LoggerFactory.getLogger(DirectoryUpload.class);
  private static final String JOINED = "joined";

  private final DirectoryObjectStore store;
  private final String key;
  private final Path folder;
  private final Path target;
  private final Map<Integer, Path> parts = new ConcurrentSkipListMap<>();

  DirectoryUpload(DirectoryObjectStore store, String key, Path folder, Path target) {
    this.store = store;
    this.key = key;
    this.folder = folder;
    this.target = target;
  }

  @Override
  public void part(int number, ObjectContent content) {
    PartNumbers.check(number);
    store.withFile(
        key,
        () -> {
          Path part = folder.resolve(Integer.toString(number));
          Path incoming = folder.resolve(number + "-incoming");
          try (InputStream in = content.open()) {
            Files.copy(in, incoming, StandardCopyOption.REPLACE_EXISTING);
          }
          Files.move(incoming, part, StandardCopyOption.REPLACE_EXISTING);
          parts.put(number, part);
          return null;
        });
  }

  @Override
  public ObjectInfo complete() {
    if (parts.isEmpty()) {
      throw new IllegalStateException("an upload needs at least one part: " + key);
    }
    store.withFile(
        key,
        () -> {
          Path joined = join();
          return store.publish(joined, target, PutCondition.always());
        });
    close();
    return store.head(key).orElseThrow();
  }

  private Path join() throws IOException {
    Path joined = folder.resolve(JOINED);
    try (FileChannel out =
        FileChannel.open(
            joined,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      for (Path part : parts.values()) {
        try (InputStream in = Files.newInputStream(part)) {
          in.transferTo(Channels.newOutputStream(out));
        }
        Files.delete(part);
      }
      out.force(true);
    }
    return joined;
  }

  @Override
  public void close() {
    if (!Files.exists(folder)) {
      return;
    }
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      log.warn("{}: parts of an upload that was given up could not be removed", folder, e);
    }
  }
}
