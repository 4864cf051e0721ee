package dev.tidemark.archive.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** Walks a directory in the order in which S3 lists keys. */
final class DirectoryListing {

  private static final Comparator<String> UTF8_ORDER =
      (a, b) ->
          Arrays.compareUnsigned(
              a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

  private final Path root;
  private final String prefix;
  private final String startAfter;
  private final BiFunction<String, BasicFileAttributes, ObjectInfo> toInfo;
  private final List<ObjectInfo> found = new ArrayList<>();

  private DirectoryListing(
      Path root,
      String prefix,
      String startAfter,
      BiFunction<String, BasicFileAttributes, ObjectInfo> toInfo) {
    this.root = root;
    this.prefix = prefix;
    this.startAfter = startAfter;
    this.toInfo = toInfo;
  }

  static Stream<ObjectInfo> objects(
      Path root,
      String prefix,
      String startAfter,
      BiFunction<String, BasicFileAttributes, ObjectInfo> toInfo)
      throws IOException {
    DirectoryListing listing = new DirectoryListing(root, prefix, startAfter, toInfo);
    listing.walk(prefix.substring(0, prefix.lastIndexOf('/') + 1));
    return listing.found.stream();
  }

  static List<String> folders(Path root, String prefix) throws IOException {
    return children(root, prefix).stream()
        .filter(name -> name.endsWith("/"))
        .map(name -> name.substring(0, name.length() - 1))
        .toList();
  }

  private void walk(String folder) throws IOException {
    for (String child : children(root, folder)) {
      String key = folder + child;
      if (child.endsWith("/")) {
        boolean mayMatch = key.startsWith(prefix) || prefix.startsWith(key);
        boolean mayFollow = startAfter.startsWith(key) || UTF8_ORDER.compare(key, startAfter) > 0;
        if (mayMatch && mayFollow) {
          walk(key);
        }
      } else if (key.startsWith(prefix) && UTF8_ORDER.compare(key, startAfter) > 0) {
        add(key);
      }
    }
  }

  private void add(String key) throws IOException {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(root.resolve(key), BasicFileAttributes.class);
      found.add(toInfo.apply(key, attributes));
    } catch (NoSuchFileException e) {
      // Deleted while we walk: a listing of S3 may or may not show it either.
      return;
    }
  }

  /** Names in key order; folders end with a slash, because that decides their place. */
  private static List<String> children(Path root, String folder) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(root.resolve(folder))) {
      for (Path child : stream) {
        String name = child.getFileName().toString();
        if (!name.startsWith(".")) {
          names.add(Files.isDirectory(child) ? name + "/" : name);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
    names.sort(UTF8_ORDER);
    return names;
  }
}
