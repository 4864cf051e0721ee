package dev.tidemark.embedded.mongo.rights;

/**
 * What an action is about: the cluster, a database or a collection.
 *
 * @param database empty for the cluster
 * @param collection empty for the cluster and for a database as a whole
 */
public record Resource(String database, String collection) {

  static final Resource CLUSTER = new Resource("", "");

  /** Whichever database: only a grant on all of them covers it. */
  static final Resource ANY_DATABASE = new Resource("any database", "");

  boolean isCluster() {
    return database.isEmpty();
  }

  boolean isBuckets() {
    return collection.startsWith("system.buckets.");
  }

  /** Whether a grant on all databases or collections leaves it out. */
  boolean isSystemCollection() {
    return collection.startsWith("system.");
  }

  @Override
  public String toString() {
    return isCluster()
        ? "the cluster"
        : collection.isEmpty() ? database : database + "." + collection;
  }
}
