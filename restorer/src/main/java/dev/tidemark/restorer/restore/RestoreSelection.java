package dev.tidemark.restorer.restore;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.account.AccountKind;
import dev.tidemark.restorer.account.AccountSelection;
import dev.tidemark.restorer.lease.MongoLeases;
import dev.tidemark.restorer.merge.NamespaceSelection;
import dev.tidemark.restorer.merge.RestoredCollection;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a request wants to have restored, and under which names. Names are those at the wanted
 * moment. Immutable.
 */
final class RestoreSelection implements NamespaceSelection {

  /** Users, roles, version and keys of a deployment, which belong to that deployment. */
  private static final String ADMIN_SYSTEM = "admin.system.";

  private final Set<String> include;
  private final Set<String> exclude;
  private final Map<String, String> rename;
  private final AccountSelection accounts;
  private final Set<String> revivedElsewhere;

  /** Without users and roles. */
  RestoreSelection(
      Collection<String> include, Collection<String> exclude, Map<String, String> rename) {
    this(include, exclude, rename, false);
  }

  /**
   * @param include databases and namespaces; everything if empty
   * @param exclude databases and namespaces
   * @param rename from database to database, or from namespace to namespace
   * @param usersAndRoles whether those of the databases come too
   * @throws TidemarkException REQUEST_MALFORMED if a name is none, a database is renamed to a
   *     namespace, or there can be no users and roles of this
   */
  RestoreSelection(
      Collection<String> include,
      Collection<String> exclude,
      Map<String, String> rename,
      boolean usersAndRoles) {
    this.include = Set.copyOf(include);
    this.exclude = Set.copyOf(exclude);
    this.rename = Map.copyOf(rename);
    this.include.forEach(name -> requireName("include", name));
    this.exclude.forEach(name -> requireName("exclude", name));
    this.rename.forEach(
        (from, to) -> {
          requireName("rename", from);
          requireName("rename", to);
          if (isDatabase(from) != isDatabase(to)) {
            throw malformed(
                "rename maps " + from + " to " + to + ": one is a database and one a namespace");
          }
        });
    this.accounts =
        usersAndRoles ? AccountSelection.of(include, exclude, rename) : AccountSelection.NONE;
    this.revivedElsewhere = Set.of();
  }

  private RestoreSelection(
      RestoreSelection selection, AccountSelection accounts, Set<String> revivedElsewhere) {
    this.include = selection.include;
    this.exclude = selection.exclude;
    this.rename = selection.rename;
    this.accounts = accounts;
    this.revivedElsewhere = Set.copyOf(revivedElsewhere);
  }

  /**
   * The same for a replica set of a cluster on whose other sets something is revived: what has such
   * a name here is the newer one, and keeps it.
   */
  RestoreSelection besideRevivedElsewhere(Set<String> revived) {
    return new RestoreSelection(this, accounts, revived);
  }

  /** The same without users and roles. */
  RestoreSelection withoutAccounts() {
    return new RestoreSelection(this, AccountSelection.NONE, revivedElsewhere);
  }

  /** Whether only a part of what there is was asked for. */
  boolean isPart() {
    return !include.isEmpty() || !exclude.isEmpty();
  }

  /** Whether it depends on names at the wanted moment. */
  boolean namesAnything() {
    return !include.isEmpty() || !rename.isEmpty();
  }

  /** Whose users and roles are restored. */
  AccountSelection accounts() {
    return accounts;
  }

  private static void requireName(String field, String name) {
    int dot = name.indexOf('.');
    if (name.isBlank() || dot == 0 || dot == name.length() - 1) {
      throw malformed(field + " holds '" + name + "', which names no database or namespace");
    }
  }

  private static TidemarkException malformed(String reason) {
    return new TidemarkException(
        RestorerError.REQUEST_MALFORMED,
        reason,
        "",
        "Name databases as db and collections as db.collection");
  }

  private static boolean isDatabase(String name) {
    return name.indexOf('.') < 0;
  }

  private static String database(String namespace) {
    int dot = namespace.indexOf('.');
    return dot < 0 ? namespace : namespace.substring(0, dot);
  }

  @Override
  public Optional<String> restoredAs(String namespace) {
    if (!accounts.isEmpty() && AccountKind.in(namespace).isPresent()) {
      return Optional.of(namespace);
    }
    boolean included = include.isEmpty() || names(include, namespace);
    boolean wanted =
        included
            && !names(exclude, namespace)
            && !namespace.startsWith(ADMIN_SYSTEM)
            && !database(namespace).equals(MongoLeases.DATABASE);
    return wanted ? Optional.of(renamed(namespace)) : Optional.empty();
  }

  @Override
  public Optional<String> besideRevived(String namespace) {
    return restoredAs(namespace).map(name -> renamedDatabase(namespace));
  }

  private static boolean names(Set<String> names, String namespace) {
    return names.contains(namespace) || names.contains(database(namespace));
  }

  private String renamed(String namespace) {
    String whole = revivedElsewhere.contains(namespace) ? null : rename.get(namespace);
    return whole == null ? renamedDatabase(namespace) : whole;
  }

  private String renamedDatabase(String namespace) {
    String database = database(namespace);
    String other = rename.get(database);
    return other == null ? namespace : other + namespace.substring(database.length());
  }

  /**
   * Fails if two collections would get one name.
   *
   * @param collections what will be restored of a replica set
   * @throws TidemarkException REQUEST_MALFORMED
   */
  static void requireDistinct(List<RestoredCollection> collections) {
    Set<String> targets = new LinkedHashSet<>();
    for (RestoredCollection collection : collections) {
      if (!targets.add(collection.namespace())) {
        throw malformed("two collections would be restored as " + collection.namespace());
      }
    }
  }

  /**
   * Fails if a name of the request stands for nothing.
   *
   * @param collections what will be restored, of all replica sets
   * @throws TidemarkException REQUEST_UNKNOWN_NAMESPACE
   */
  @Override
  public void requireKnown(Collection<RestoredCollection> collections) {
    Set<String> sources = new TreeSet<>();
    for (RestoredCollection collection : collections) {
      sources.add(collection.source());
      sources.add(database(collection.source()));
    }
    Set<String> unknown = new TreeSet<>(include);
    unknown.addAll(rename.keySet());
    unknown.removeAll(sources);
    if (!accounts.isEmpty()) {
      unknown.remove(AccountKind.DATABASE);
    }
    if (!unknown.isEmpty()) {
      throw new TidemarkException(
          RestorerError.REQUEST_UNKNOWN_NAMESPACE,
          "Nothing is called " + String.join(", ", unknown) + " at that moment",
          "",
          "Names are those at the wanted moment; a dry run lists them");
    }
  }
}
