package dev.tidemark.embedded.mongo.rights;

import dev.tidemark.embedded.mongo.command.ServedCommand;
import dev.tidemark.embedded.mongo.command.ServedCommand.Trait;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The privileges that a real server checks before it carries a command out, as its manual lists
 * them under "Privilege Actions".
 */
public final class RequiredPrivileges {

  /** Commands for everybody, or about what belongs to the client: its cursors and sessions. */
  private static final Set<String> FREE =
      Set.of(
          "hello",
          "ismaster",
          "ping",
          "buildinfo",
          "connectionstatus",
          "getmore",
          "killcursors",
          "startsession",
          "refreshsessions",
          "endsessions",
          // Only of the client's own operations here.
          "currentop",
          "killop");

  private static final Map<String, String> ON_CLUSTER =
      Map.of(
          "listdatabases", "listDatabases",
          "listshards", "listShards",
          "getshardmap", "getShardMap",
          "replsetgetconfig", "replSetGetConfig",
          "replsetgetstatus", "replSetGetStatus",
          "serverstatus", "serverStatus",
          "getparameter", "getParameter",
          "setparameter", "setParameter");

  private static final Map<String, String> ON_COLLECTION =
      Map.ofEntries(
          Map.entry("find", "find"),
          Map.entry("aggregate", "find"),
          Map.entry("count", "find"),
          Map.entry("distinct", "find"),
          Map.entry("collstats", "collStats"),
          Map.entry("listindexes", "listIndexes"),
          Map.entry("insert", "insert"),
          Map.entry("update", "update"),
          Map.entry("delete", "remove"),
          Map.entry("create", "createCollection"),
          Map.entry("createindexes", "createIndex"),
          Map.entry("dropindexes", "dropIndex"),
          Map.entry("collmod", "collMod"),
          Map.entry("drop", "dropCollection"));

  private static final Map<String, String> ON_DATABASE =
      Map.of("listcollections", "listCollections", "dropdatabase", "dropDatabase");

  private RequiredPrivileges() {}

  /**
   * What an account must be granted.
   *
   * @throws IllegalArgumentException if it is not known what the command requires
   */
  public static Set<Privilege> of(ServedCommand command) {
    String name = command.name().toLowerCase(Locale.ROOT);
    Resource collection = new Resource(command.database(), command.collection());
    Set<Privilege> required = new LinkedHashSet<>();
    if (ON_CLUSTER.containsKey(name)) {
      required.add(Privilege.onCluster(ON_CLUSTER.get(name)));
    } else if (ON_DATABASE.containsKey(name)) {
      required.add(new Privilege(ON_DATABASE.get(name), new Resource(command.database(), "")));
    } else if (ON_COLLECTION.containsKey(name)) {
      required.add(new Privilege(ON_COLLECTION.get(name), collection));
    } else if (name.equals("_mergeauthzcollections")) {
      for (String action :
          List.of("createUser", "createRole", "grantRole", "revokeRole", "dropUser", "dropRole")) {
        required.add(new Privilege(action, Resource.ANY_DATABASE));
      }
    } else if (name.equals("rolesinfo")) {
      required.add(new Privilege("viewRole", Resource.ANY_DATABASE));
    } else if (name.equals("renamecollection")) {
      // Within a database; the name may have to be taken from another collection.
      String namespace = command.collection();
      int dot = namespace.indexOf('.');
      Resource renamed = new Resource(namespace.substring(0, dot), namespace.substring(dot + 1));
      required.add(new Privilege("renameCollectionSameDB", renamed));
      required.add(new Privilege("dropCollection", renamed));
    } else if (name.equals("findandmodify")) {
      required.add(new Privilege("find", collection));
      required.add(new Privilege("update", collection));
    } else if (!FREE.contains(name)) {
      throw new IllegalArgumentException("which privileges does " + command.name() + " require?");
    }
    if (command.traits().contains(Trait.BY_UUID)) {
      required.add(Privilege.onCluster("useUUID"));
    }
    if (command.traits().contains(Trait.UPSERTS)) {
      required.add(new Privilege("insert", collection));
    }
    if (command.traits().contains(Trait.BYPASSES_VALIDATION)) {
      required.add(new Privilege("bypassDocumentValidation", collection));
    }
    return required;
  }
}
