package dev.tidemark.restorer.restore;

import dev.tidemark.restorer.account.Accounts;
import dev.tidemark.restorer.rollforward.RolledAccounts;
import dev.tidemark.schemas.status.PlanSummary;
import dev.tidemark.schemas.status.RestoreStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What the dry run of a roll forward tells of users and roles.
 *
 * @param ofSets one for each replica set
 */
record AccountsPreview(List<RolledAccounts> ofSets) {

  /** The status with what would be there, and a warning of what would be removed. */
  RestoreStatus in(RestoreStatus status) {
    List<String> warnings = new ArrayList<>(status.getWarnings());
    List<String> gone = names(RolledAccounts::gone, AccountsPreview::usersAndRoles);
    if (!gone.isEmpty()) {
      warnings.add(
          "Users and roles that the base holds and that moment does not are removed: "
              + String.join(", ", gone));
    }
    PlanSummary plan =
        PlanSummary.newBuilder(status.getPlan())
            .setUsers(names(RolledAccounts::wanted, Accounts::userNames))
            .setRoles(names(RolledAccounts::wanted, Accounts::roleNames))
            .build();
    return RestoreStatus.newBuilder(status)
        .setPlan(plan)
        .setWarnings(warnings.stream().distinct().toList())
        .build();
  }

  private static List<String> usersAndRoles(Accounts accounts) {
    return Stream.concat(accounts.userNames().stream(), accounts.roleNames().stream()).toList();
  }

  private List<String> names(
      Function<RolledAccounts, Accounts> which, Function<Accounts, List<String>> naming) {
    return ofSets.stream()
        .map(which)
        .map(naming)
        .flatMap(Collection::stream)
        .distinct()
        .sorted()
        .toList();
  }
}
