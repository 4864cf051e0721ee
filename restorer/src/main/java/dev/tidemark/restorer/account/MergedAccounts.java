package dev.tidemark.restorer.account;

import java.util.List;

/**
 * What became of the users and roles of a restore.
 *
 * @param users that are on the target as they were, written now or there already
 * @param roles likewise
 * @param warnings what the operator should know, whole sentences
 */
public record MergedAccounts(long users, long roles, List<String> warnings) {

  /** They were not asked for. */
  public static final MergedAccounts NONE = new MergedAccounts(0, 0, List.of());

  /** All of them are there. */
  public static MergedAccounts written(Accounts accounts) {
    return new MergedAccounts(accounts.users().size(), accounts.roles().size(), List.of());
  }

  public MergedAccounts {
    warnings = List.copyOf(warnings);
  }
}
