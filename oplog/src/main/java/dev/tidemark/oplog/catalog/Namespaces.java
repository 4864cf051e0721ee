package dev.tidemark.oplog.catalog;

/** The names that have a meaning of their own. */
final class Namespaces {

  static final String VIEWS = "system.views";
  static final String VERSION = "admin.system.version";

  private static final String VIEWS_SUFFIX = "." + VIEWS;

  private Namespaces() {}

  static String database(String namespace) {
    int dot = namespace.indexOf('.');
    return dot < 0 ? namespace : namespace.substring(0, dot);
  }

  static String collection(String namespace) {
    int dot = namespace.indexOf('.');
    return dot < 0 ? "" : namespace.substring(dot + 1);
  }

  static boolean isViews(String namespace) {
    return namespace.endsWith(VIEWS_SUFFIX)
        && namespace.indexOf('.') == namespace.length() - VIEWS_SUFFIX.length();
  }

  /**
   * Whether the catalogue follows what happens to the namespace. What describes one deployment only
   * (its replication, routing, sessions, version and keys) is followed nowhere.
   */
  static boolean isTracked(String namespace) {
    String database = database(namespace);
    return switch (database) {
      case "local", "config" -> false;
      case "admin" -> !isVersionOrKeys(namespace) && !isProfile(namespace);
      default -> !database.startsWith("__mdb_internal") && !isProfile(namespace);
    };
  }

  private static boolean isVersionOrKeys(String namespace) {
    return namespace.equals(VERSION) || namespace.equals("admin.system.keys");
  }

  private static boolean isProfile(String namespace) {
    return collection(namespace).equals("system.profile");
  }
}
