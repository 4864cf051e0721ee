package dev.tidemark.archive.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The bytes of an object to be, readable as often as a put has to be repeated.
 *
 * <p>The bytes must not change between two calls of {@link #open()}.
 */
public interface ObjectContent {

  /** Number of bytes that {@link #open()} gives. */
  long size();

  /** A new stream over all bytes, from the first one. The caller closes it. */
  InputStream open() throws IOException;

  static ObjectContent of(byte[] bytes) {
    return of(bytes, 0, bytes.length);
  }

  static ObjectContent of(byte[] bytes, int offset, int length) {
    return new ObjectContent() {
      @Override
      public long size() {
        return length;
      }

      @Override
      public InputStream open() {
        return new ByteArrayInputStream(bytes, offset, length);
      }
    };
  }

  /** The whole file as it is now. */
  static ObjectContent of(Path file) throws IOException {
    long size = Files.size(file);
    return new ObjectContent() {
      @Override
      public long size() {
        return size;
      }

      @Override
      public InputStream open() throws IOException {
        return Files.newInputStream(file);
      }
    };
  }

  /** One content after the other. */
  static ObjectContent concat(List<ObjectContent> parts) {
    List<ObjectContent> copy = List.copyOf(parts);
    return new ObjectContent() {
      @Override
      public long size() {
        return copy.stream().mapToLong(ObjectContent::size).sum();
      }

      @Override
      public InputStream open() throws IOException {
        List<InputStream> streams = new ArrayList<>(copy.size());
        for (ObjectContent part : copy) {
          streams.add(part.open());
        }
        return new SequenceInputStream(Collections.enumeration(streams));
      }
    };
  }
}
