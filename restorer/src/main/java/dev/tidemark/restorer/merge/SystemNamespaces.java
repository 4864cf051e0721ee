package dev.tidemark.restorer.merge;

import java.util.Set;

/** Namespaces that belong to a server or a cluster and not to its users. */
final class SystemNamespaces {

  private static final Set<String> ADMIN =
      Set.of("admin.system.version", "admin.system.keys", "admin.system.views");

  private SystemNamespaces() {}

  /**
   * Whether restoring the namespace elsewhere makes sense: {@code local} and {@code config}
   * describe one deployment, as do its version and keys; views are restored as views.
   */
  static boolean isRestorable(String namespace) {
    int dot = namespace.indexOf('.');
    String database = dot < 0 ? namespace : namespace.substring(0, dot);
    String collection = dot < 0 ? "" : namespace.substring(dot + 1);
    return !database.equals("local")
        && !database.equals("config")
        && !database.startsWith("__mdb_internal")
        && !collection.equals("system.profile")
        && !collection.equals("system.views")
        && !ADMIN.contains(namespace);
  }
}
