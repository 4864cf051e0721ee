package dev.tidemark.restorer.restore;

/** Request ids may hold what the name of a file or of an object should not. */
public final class FileNames {

  private FileNames() {}

  public static String of(String requestId) {
    String name = requestId.replaceAll("[^A-Za-z0-9._-]", "_");
    return name.startsWith(".") ? "_" + name : name;
  }
}
