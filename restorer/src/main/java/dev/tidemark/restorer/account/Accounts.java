package dev.tidemark.restorer.account;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Users and roles, each ordered by name.
 *
 * @param users with their credentials
 * @param roles that were made, not those that are built in
 */
public record Accounts(List<Account> users, List<Account> roles) {

  public static final Accounts NONE = new Accounts(List.of(), List.of());

  /** Of accounts of both kinds. */
  static Accounts of(Collection<Account> accounts) {
    return new Accounts(of(accounts, AccountKind.USER), of(accounts, AccountKind.ROLE));
  }

  private static List<Account> of(Collection<Account> accounts, AccountKind kind) {
    return accounts.stream()
        .filter(account -> account.kind() == kind)
        .sorted(Comparator.comparing(Account::name))
        .toList();
  }

  List<Account> of(AccountKind kind) {
    return kind == AccountKind.USER ? users : roles;
  }

  /** Those of which others hold none of that name. */
  public Accounts without(Accounts others) {
    List<Account> left = new ArrayList<>();
    for (AccountKind kind : AccountKind.values()) {
      Set<AccountName> names =
          others.of(kind).stream().map(Account::name).collect(Collectors.toSet());
      of(kind).stream().filter(account -> !names.contains(account.name())).forEach(left::add);
    }
    return of(left);
  }

  /** The names of the users. */
  public List<String> userNames() {
    return names(users);
  }

  /** The names of the roles. */
  public List<String> roleNames() {
    return names(roles);
  }

  private static List<String> names(List<Account> accounts) {
    return accounts.stream().map(account -> account.name().toString()).toList();
  }

  public boolean isEmpty() {
    return users.isEmpty() && roles.isEmpty();
  }
}
