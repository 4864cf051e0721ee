package dev.tidemark.restorer.account;

import java.util.Optional;

/** Users and roles, and where servers keep them. */
public enum AccountKind {
  USER("system.users", "user", "tempusers", "tempUsersCollection"),
  ROLE("system.roles", "role", "temproles", "tempRolesCollection");

  /** The database of both. */
  public static final String DATABASE = "admin";

  private final String collection;
  private final String nameField;
  private final String temporary;
  private final String mergeArgument;

  AccountKind(String collection, String nameField, String temporary, String mergeArgument) {
    this.collection = collection;
    this.nameField = nameField;
    this.temporary = temporary;
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

  /** The collection that {@code mongorestore} gives to the merge, which roles for restores know. */
  String temporary() {
    return temporary;
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
