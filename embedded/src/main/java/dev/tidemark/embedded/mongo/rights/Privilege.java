package dev.tidemark.embedded.mongo.rights;

/** An action on a resource. */
public record Privilege(String action, Resource resource) {

  static Privilege onCluster(String action) {
    return new Privilege(action, Resource.CLUSTER);
  }

  @Override
  public String toString() {
    return action + " on " + resource;
  }
}
