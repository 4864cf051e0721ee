package dev.tidemark.restorer.account;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What merging users and roles into a target means. What is there and is not restored stays; what
 * is there under the same name is replaced, and what is told to be gone is removed, but for the
 * restoring account and the roles that it acts by. Immutable.
 */
final class AccountMerge {

  private final Map<AccountKind, Map<AccountName, Account>> existing =
      new EnumMap<>(AccountKind.class);
  private final List<Account> written = new ArrayList<>();
  private final List<Account> unchanged = new ArrayList<>();
  private final List<Account> removed = new ArrayList<>();
  private final List<Account> spared = new ArrayList<>();
  private final Set<AccountName> granted = new TreeSet<>();

  /**
   * @param wanted what is restored
   * @param gone what is to be removed, if it is there
   * @param existing what the target has
   * @param self the accounts that the connection acts as
   * @param ownRoles the roles granted to them
   */
  AccountMerge(
      Accounts wanted,
      Accounts gone,
      Accounts existing,
      Collection<AccountName> self,
      Collection<AccountName> ownRoles) {
    for (AccountKind kind : AccountKind.values()) {
      Map<AccountName, Account> byName = new HashMap<>();
      existing.of(kind).forEach(account -> byName.put(account.name(), account));
      this.existing.put(kind, byName);
    }
    Set<AccountName> roles = inherited(ownRoles);
    for (AccountKind kind : AccountKind.values()) {
      Set<AccountName> protectedNames = kind == AccountKind.USER ? new HashSet<>(self) : roles;
      for (Account account : wanted.of(kind)) {
        if (account.equals(this.existing.get(kind).get(account.name()))) {
          unchanged.add(account);
        } else if (protectedNames.contains(account.name())) {
          spared.add(account);
        } else {
          written.add(account);
          granted.addAll(account.grantedRoles());
        }
      }
      for (Account account : gone.of(kind)) {
        if (this.existing.get(kind).containsKey(account.name())) {
          (protectedNames.contains(account.name()) ? spared : removed).add(account);
        }
      }
    }
    written.stream()
        .filter(account -> account.kind() == AccountKind.ROLE)
        .forEach(role -> granted.remove(role.name()));
    granted.removeAll(this.existing.get(AccountKind.ROLE).keySet());
  }

  /** Roles with those that they inherit from. */
  private Set<AccountName> inherited(Collection<AccountName> roles) {
    Set<AccountName> all = new HashSet<>();
    Deque<AccountName> open = new ArrayDeque<>(roles);
    while (!open.isEmpty()) {
      AccountName role = open.pop();
      Account stored = existing.get(AccountKind.ROLE).get(role);
      if (all.add(role) && stored != null) {
        open.addAll(stored.grantedRoles());
      }
    }
    return all;
  }

  /** Those that are written. */
  List<Account> written() {
    return List.copyOf(written);
  }

  /** Those that are removed. */
  List<Account> removed() {
    return List.copyOf(removed);
  }

  /** Those that are there already, byte for byte. */
  List<Account> unchanged() {
    return List.copyOf(unchanged);
  }

  /** Those that stay as they are on the target because the restore acts by them. */
  List<Account> spared() {
    return List.copyOf(spared);
  }

  /** Roles that are granted by what is written, and are neither written nor among the stored. */
  Set<AccountName> granted() {
    return Set.copyOf(granted);
  }

  /**
   * What the server's merge is given, database by database.
   *
   * <p>It only knows how to add what is not there, or to make the accounts of a database those that
   * it is given. Where something is replaced it is therefore given everything that stays, too.
   */
  List<Step> steps() {
    Map<String, List<Account>> added = byDatabase(written);
    Map<String, List<Account>> lost = byDatabase(removed);
    Set<String> databases = new TreeSet<>(added.keySet());
    databases.addAll(lost.keySet());
    return databases.stream()
        .map(
            database ->
                step(
                    database,
                    added.getOrDefault(database, List.of()),
                    lost.getOrDefault(database, List.of())))
        .toList();
  }

  private static Map<String, List<Account>> byDatabase(List<Account> accounts) {
    return accounts.stream().collect(Collectors.groupingBy(account -> account.name().database()));
  }

  private Step step(String database, List<Account> accounts, List<Account> lost) {
    boolean replaces =
        !lost.isEmpty()
            || accounts.stream()
                .anyMatch(account -> existing.get(account.kind()).containsKey(account.name()));
    if (!replaces) {
      return new Step(database, false, Accounts.of(accounts), kinds(accounts));
    }
    Map<AccountKind, Map<AccountName, Account>> all = new EnumMap<>(AccountKind.class);
    existing.forEach((kind, byName) -> all.put(kind, new HashMap<>(byName)));
    accounts.forEach(account -> all.get(account.kind()).put(account.name(), account));
    lost.forEach(account -> all.get(account.kind()).remove(account.name()));
    List<Account> given = new ArrayList<>();
    all.values()
        .forEach(
            byName ->
                byName.values().stream()
                    .filter(account -> account.name().database().equals(database))
                    .forEach(given::add));
    Set<AccountKind> concerned = kinds(given);
    concerned.addAll(kinds(lost));
    return new Step(database, true, Accounts.of(given), concerned);
  }

  private static Set<AccountKind> kinds(List<Account> accounts) {
    Set<AccountKind> kinds = EnumSet.noneOf(AccountKind.class);
    accounts.forEach(account -> kinds.add(account.kind()));
    return kinds;
  }

  /**
   * One merge of the server's.
   *
   * @param database whose accounts it is about
   * @param replacing whether accounts of the database that are not given are removed, and those
   *     that are there replaced
   * @param given what it is given
   * @param kinds what it is about, which may be given none
   */
  record Step(String database, boolean replacing, Accounts given, Set<AccountKind> kinds) {}
}
