package dev.tidemark.embedded.mongo.command;

import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawWriter;
import dev.tidemark.embedded.mongo.member.CollectionChanges;
import dev.tidemark.embedded.mongo.member.DocumentWrites;
import dev.tidemark.embedded.mongo.member.DocumentWrites.Change;
import dev.tidemark.embedded.mongo.member.DocumentWrites.Mode;
import dev.tidemark.embedded.mongo.member.Member;
import dev.tidemark.embedded.mongo.store.SimulatedCollection;
import dev.tidemark.embedded.mongo.store.StoredDocument;
import dev.tidemark.embedded.mongo.wire.CommandFailure;
import dev.tidemark.embedded.mongo.wire.Request;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What tools need to bring users and roles back. They are stored and logged as on a server; nobody
 * has to authenticate, but all clients may be said to be one user.
 */
public final class AccountCommands {

  private static final String USERS = "admin.system.users";
  private static final String ROLES = "admin.system.roles";
  private static final Set<String> BUILT_IN =
      Set.of("read", "readWrite", "dbAdmin", "dbOwner", "userAdmin");
  private static final Set<String> BUILT_IN_ON_ADMIN =
      Set.of(
          "backup",
          "clusterAdmin",
          "clusterManager",
          "clusterMonitor",
          "dbAdminAnyDatabase",
          "hostManager",
          "readAnyDatabase",
          "readWriteAnyDatabase",
          "restore",
          "root",
          "userAdminAnyDatabase");

  private final Member member;
  private final DocumentWrites writes;
  private final CollectionChanges changes;
  private volatile Identity client;

  AccountCommands(Member member) {
    this.member = member;
    this.writes = new DocumentWrites(member);
    this.changes = new CollectionChanges(member, writes);
  }

  void addTo(Map<String, Command> commands) {
    commands.put("_mergeauthzcollections", this::merge);
    commands.put("rolesinfo", this::rolesInfo);
    commands.put("connectionstatus", request -> connectionStatus());
  }

  /** From now on all clients are this user, with the roles that are stored for it. */
  public void clientsAre(String database, String user) {
    client = new Identity(database, user);
  }

  private RawWriter connectionStatus() {
    Identity user = client;
    RawWriter reply = new RawWriter().openDocument("authInfo").openArray("authenticatedUsers");
    if (user == null) {
      return reply.close().openArray("authenticatedUserRoles").close().close();
    }
    reply.openDocument("0").string("user", user.name()).string("db", user.database()).close();
    reply.close().openArray("authenticatedUserRoles");
    StoredDocument stored = of(member.namespaces().get(USERS), user.database(), "user").get(user);
    RawDocument roles = stored == null ? null : stored.raw().document("roles");
    int number = 0;
    for (RawDocument role : roles == null ? List.<RawDocument>of() : roles.documents()) {
      reply.document(Integer.toString(number++), role);
    }
    return reply.close().close();
  }

  /** Who an account or role is: names are unique within a database. */
  private record Identity(String database, String name) {}

  private RawWriter merge(Request request) {
    if (!request.database().equals("admin")) {
      throw new CommandFailure(
          13, "Unauthorized", "_mergeAuthzCollections may only be run against the admin database.");
    }
    RawDocument body = request.body();
    return member.write(
        () -> {
          merge(body, "tempUsersCollection", USERS, "user");
          merge(body, "tempRolesCollection", ROLES, "role");
          return new RawWriter();
        });
  }

  /**
   * With {@code drop}, those of the database become those of the temporary collection; without it,
   * only those are added that are not there yet.
   */
  private void merge(RawDocument body, String argument, String namespace, String nameField) {
    String temporary = body.string(argument, "");
    if (temporary.isEmpty()) {
      return;
    }
    boolean drop = body.isTrue("drop");
    String database = body.string("db", "");
    Map<Identity, StoredDocument> given =
        of(member.namespaces().get(temporary), database, nameField);
    SimulatedCollection collection = changes.getOrCreate(namespace);
    Map<Identity, StoredDocument> before = of(collection, database, nameField);
    given.forEach(
        (identity, document) -> {
          StoredDocument existing = before.remove(identity);
          if (existing == null) {
            writes.insert(collection, document.raw(), Mode.VERBATIM);
          } else if (drop) {
            replace(collection, existing, document.raw());
          }
        });
    if (drop) {
      before.values().forEach(left -> writes.delete(collection, left, Mode.VERBATIM));
    }
  }

  private void replace(
      SimulatedCollection collection, StoredDocument existing, RawDocument document) {
    RawDocument query = new RawWriter().element(existing.raw().get("_id")).done();
    RawDocument update = new RawWriter().document("u", document).done();
    writes.update(collection, existing, new Change(query, update.first(), null), Mode.VERBATIM);
  }

  private static Map<Identity, StoredDocument> of(
      SimulatedCollection collection, String database, String nameField) {
    Map<Identity, StoredDocument> found = new LinkedHashMap<>();
    if (collection != null) {
      for (StoredDocument document : List.copyOf(collection.natural().values())) {
        String of = document.raw().string("db", "");
        if (database.isEmpty() || database.equals(of)) {
          found.put(new Identity(of, document.raw().string(nameField, "")), document);
        }
      }
    }
    return found;
  }

  private RawWriter rolesInfo(Request request) {
    if (!request.argument().isContainer()) {
      throw CommandFailure.notSupported("rolesInfo without a list of roles");
    }
    Map<Identity, StoredDocument> stored = of(member.namespaces().get(ROLES), "", "role");
    RawWriter reply = new RawWriter().openArray("roles");
    int found = 0;
    for (RawDocument role : request.argument().document().documents()) {
      Identity identity = new Identity(role.string("db", ""), role.string("role", ""));
      boolean builtIn =
          BUILT_IN.contains(identity.name())
              || (identity.database().equals("admin")
                  && BUILT_IN_ON_ADMIN.contains(identity.name()));
      if (builtIn || stored.containsKey(identity)) {
        reply.openDocument(Integer.toString(found++)).string("role", identity.name());
        reply.string("db", identity.database()).bool("isBuiltin", builtIn).close();
      }
    }
    return reply.close();
  }
}
