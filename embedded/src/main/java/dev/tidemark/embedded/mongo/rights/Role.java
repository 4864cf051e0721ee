package dev.tidemark.embedded.mongo.rights;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * A role as {@code db.createRole} takes it, without inherited roles. Immutable.
 *
 * @param name of the role
 * @param grants what it grants, as it is written
 */
public record Role(String name, List<Grant> grants) {

  /**
   * Actions on a resource pattern.
   *
   * @param resource for example {@code {db: "", collection: ""}}
   */
  public record Grant(BsonDocument resource, Set<String> actions) {

    /** Patterns match as the server's do: system collections only where they are named. */
    private boolean covers(Resource wanted) {
      if (resource.getBoolean("cluster", BsonBoolean.FALSE).getValue()) {
        return wanted.isCluster();
      }
      if (wanted.isCluster()) {
        return false;
      }
      String database = text("db");
      if (resource.containsKey("system_buckets")) {
        return wanted.isBuckets() && (database.isEmpty() || database.equals(wanted.database()));
      }
      String collection = text("collection");
      if (!collection.isEmpty()) {
        return collection.equals(wanted.collection())
            && (database.isEmpty() || database.equals(wanted.database()));
      }
      return !wanted.isSystemCollection()
          && (database.isEmpty()
              ? !Set.of("local", "config").contains(wanted.database())
              : database.equals(wanted.database()));
    }

    private String text(String field) {
      return resource.getString(field, new BsonString("")).getValue();
    }
  }

  /** Reads what stands between the brackets of {@code db.createRole(…)}. */
  static Role parse(String document) {
    BsonDocument role = BsonDocument.parse(document);
    if (!role.getArray("roles").isEmpty()) {
      throw new IllegalArgumentException("inherited roles are not resolved: " + role);
    }
    List<Grant> grants = new ArrayList<>();
    for (BsonValue value : role.getArray("privileges")) {
      BsonDocument privilege = value.asDocument();
      Set<String> actions = new TreeSet<>();
      privilege.getArray("actions").forEach(action -> actions.add(action.asString().getValue()));
      grants.add(new Grant(privilege.getDocument("resource"), actions));
    }
    return new Role(role.getString("role").getValue(), List.copyOf(grants));
  }

  /** Whether an account with this role alone may do it. */
  public boolean grants(Privilege privilege) {
    return grants.stream()
        .anyMatch(
            grant ->
                grant.actions().contains(privilege.action()) && grant.covers(privilege.resource()));
  }

  /** Every action that it grants on something. */
  public Set<String> actions() {
    Set<String> actions = new TreeSet<>();
    grants.forEach(grant -> actions.addAll(grant.actions()));
    return actions;
  }
}
