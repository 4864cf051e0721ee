package dev.tidemark.restorer.account;

import java.util.Optional;

/** Users and roles, and where servers keep them. */
public enum AccountKind {
  USER("system.users", "user", "tidemark-tempusers-", "tempUsersCollection"),
  ROLE("system.roles", "role", "tidemark-temproles-", "tempRolesCollection");

  /** The database of both. */
  public static final String DATABASE = "admin";

  private final String collection;
  private final String nameField;
  private final String temporaries;
  private final String mergeArgument;

  AccountKind(String collection, String nameField, String temporaries, String mergeArgument) {
    this.collection = collection;
    this.nameField = nameField;
    this.temporaries = temporaries;
    this.mergeArgument = mergeArgument;
  }

  /** The kind that a namespace holds. */
  public static Optional<AccountKind> in(String namespace) {
    for (AccountKind kind : values()) {
      if (namespace.equals(kind.namespace())) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  public String collection() {
    return collection;
  }

  String namespace() {
    return DATABASE + "." + collection;
  }

  String nameField() {
    return nameField;
  }

  /**
   * The collection that a holder of the lease gives to the merge: {@code tidemark-tempusers-7}. No
   * two holders share one, so that nobody drops what another one is about to merge.
   */
  String temporary(long epoch) {
    return temporaries + epoch;
  }

  /** Whether a collection was made for a merge by a holder before this epoch. */
  boolean isOlderTemporary(String collectionName, long epoch) {
    if (!collectionName.startsWith(temporaries)) {
      return false;
    }
    String of = collectionName.substring(temporaries.length());
    return of.matches("\\d{1,18}") && Long.parseLong(of) < epoch;
  }

  /** The argument of the merge that names it. */
  String mergeArgument() {
    return mergeArgument;
  }

  @Override
  public String toString() {
    return nameField;
  }
}
