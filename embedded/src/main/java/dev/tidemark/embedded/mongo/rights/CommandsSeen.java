package dev.tidemark.embedded.mongo.rights;

import dev.tidemark.embedded.mongo.Faults;
import dev.tidemark.embedded.mongo.command.ServedCommand;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** The kinds of commands that a member got, to be held against what is documented. Thread-safe. */
public final class CommandsSeen {

  private final Set<ServedCommand> seen = ConcurrentHashMap.newKeySet();

  /** Notes every command of a simulated member from now on. */
  public CommandsSeen on(Faults member) {
    member.watch(command -> seen.add(command.anyConnection()));
    return this;
  }

  /** The names of the commands that were seen. */
  public Set<String> names(Predicate<String> application) {
    Set<String> names = new TreeSet<>();
    seen.stream()
        .filter(command -> application.test(command.application()))
        .forEach(command -> names.add(command.name()));
    return names;
  }

  /**
   * What an account with some of the page's roles would have been refused, and what the page's
   * table does not tell; empty if all is well.
   *
   * @param application of the connections that use the account
   */
  public Set<String> lacking(RolesPage page, List<String> roles, Predicate<String> application) {
    Set<String> lacking = new TreeSet<>();
    for (ServedCommand command : seen) {
      if (!application.test(command.application())) {
        continue;
      }
      Set<Privilege> required = RequiredPrivileges.of(command);
      if (required.isEmpty() && !lists(page, roles, command, "")) {
        lacking.add("the table lacks " + command.name() + ", which needs no privilege");
      }
      for (Privilege privilege : required) {
        if (roles.stream().noneMatch(role -> page.role(role).grants(privilege))) {
          lacking.add(command.name() + " needs " + privilege);
        }
        if (!lists(page, roles, command, privilege.action())) {
          lacking.add("the table lacks " + command.name() + " with " + privilege.action());
        }
      }
    }
    return lacking;
  }

  /** The commands, in lower case, that the page's table lists for some roles and nobody sent. */
  public Set<String> unsent(RolesPage page, List<String> roles, Predicate<String> application) {
    Set<String> unsent = new TreeSet<>();
    roles.forEach(role -> unsent.addAll(page.commands(role)));
    names(application).forEach(name -> unsent.remove(name.toLowerCase(Locale.ROOT)));
    return unsent;
  }

  private static boolean lists(
      RolesPage page, List<String> roles, ServedCommand command, String action) {
    return roles.stream().anyMatch(role -> page.lists(command.name(), action, role));
  }
}
