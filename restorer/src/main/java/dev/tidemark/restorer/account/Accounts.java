package dev.tidemark.restorer.account;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

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
