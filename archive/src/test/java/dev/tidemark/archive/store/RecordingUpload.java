package dev.tidemark.archive.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** Keeps the parts of an upload. One thread. */
public final class RecordingUpload implements MultipartUpload {

  private final Map<Integer, byte[]> parts = new TreeMap<>();

  /** What each number got. */
  public Map<Integer, byte[]> parts() {
    return parts;
  }

  @Override
  public void part(int number, ObjectContent content) {
    PartNumbers.check(number);
    try (InputStream in = content.open()) {
      parts.put(number, in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public ObjectInfo complete() {
    long size = parts.values().stream().mapToLong(part -> part.length).sum();
    return new ObjectInfo("recorded", size, "e", Instant.EPOCH);
  }

  @Override
  public void close() {
    // What was recorded stays.
  }
}
