package dev.tidemark.restorer.materialize;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** The captured and made oplogs with their dumps and expected states, unpacked. */
record CapturedOplog(Path folder) {

  static final List<String> NAMES = List.of("crud-11", "ddl-12", "mixed-13", "tricky-14", "v2-15");

  static CapturedOplog unpack(String name, Path parent) throws IOException {
    Path folder = parent.resolve(name);
    try (InputStream packed =
            CapturedOplog.class.getResourceAsStream("/fixtures/" + name + ".zip");
        ZipInputStream zip = new ZipInputStream(Objects.requireNonNull(packed, name))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = folder.resolve(entry.getName());
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.copy(zip, file);
      }
    }
    return new CapturedOplog(folder);
  }

  Path dump() {
    return folder.resolve("dump");
  }

  Path oplog() {
    return folder.resolve("oplog.bson");
  }

  /** The expected states, oldest first. */
  List<Path> expected() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("expected"))) {
      return files.sorted().toList();
    }
  }
}
