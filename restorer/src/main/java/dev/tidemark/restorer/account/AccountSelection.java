package dev.tidemark.restorer.account;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

/**
 * Whose users and roles are restored: those of databases that are restored as a whole. Those of
 * {@code admin}, and of {@code $external} with them, may have rights everywhere, so they come only
 * with everything or if {@code admin} is named. Immutable.
 */
public final class AccountSelection {

  /** No users and no roles. */
  public static final AccountSelection NONE = new AccountSelection(false, Set.of(), Set.of());

  /** All of them. */
  public static final AccountSelection ALL = new AccountSelection(true, Set.of(), Set.of());

  private static final String EXTERNAL = "$external";

  private final boolean wanted;
  private final Set<String> include;
  private final Set<String> exclude;

  private AccountSelection(boolean wanted, Set<String> include, Set<String> exclude) {
    this.wanted = wanted;
    this.include = include;
    this.exclude = exclude;
  }

  /**
   * @param include databases and namespaces; everything if empty
   * @param exclude databases and namespaces
   * @param rename must be empty
   * @throws TidemarkException REQUEST_MALFORMED if something is renamed, or no database is restored
   *     as a whole
   */
  public static AccountSelection of(
      Collection<String> include, Collection<String> exclude, Map<String, String> rename) {
    if (!rename.isEmpty()) {
      throw malformed(
          "users and roles cannot be restored under other names: their grants name databases and"
              + " collections",
          "Leave out rename, or restore users and roles in a request of their own");
    }
    if (!include.isEmpty() && include.stream().allMatch(name -> name.indexOf('.') >= 0)) {
      throw malformed(
          "users and roles are those of whole databases, and include names none",
          "Include a database, or leave out usersAndRoles");
    }
    return new AccountSelection(true, Set.copyOf(include), Set.copyOf(exclude));
  }

  private static TidemarkException malformed(String reason, String remedy) {
    return new TidemarkException(RestorerError.REQUEST_MALFORMED, reason, "", remedy);
  }

  /** Whether there are any at all. */
  public boolean isEmpty() {
    return !wanted;
  }

  boolean selects(AccountName account) {
    String database =
        account.database().equals(EXTERNAL) ? AccountKind.DATABASE : account.database();
    return wanted
        && (include.isEmpty() || include.contains(database))
        && !exclude.contains(database);
  }
}
