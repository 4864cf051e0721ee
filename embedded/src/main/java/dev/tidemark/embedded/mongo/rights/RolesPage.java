package dev.tidemark.embedded.mongo.rights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The page of the documentation that says which roles the accounts need: {@code db.createRole} with
 * each of them, and a table of rows {@code | `command` | `action` | service, service |}. Immutable.
 */
public final class RolesPage {

  private static final Pattern CREATE_ROLE =
      Pattern.compile("db\\.createRole\\((\\{.*?^})\\)", Pattern.DOTALL | Pattern.MULTILINE);
  private static final Pattern ROW =
      Pattern.compile("^\\| `(\\w+)` \\| (?:`(\\w+)`|–) \\| ([^|]+) \\|", Pattern.MULTILINE);
  private static final String EVERYBODY = "all";

  private final TreeMap<String, Role> roles = new TreeMap<>();
  private final List<Row> rows = new ArrayList<>();

  /**
   * A command and what it takes.
   *
   * @param action empty if it takes none
   * @param roles of those that send it
   */
  private record Row(String command, String action, Set<String> roles) {}

  private RolesPage(String text) {
    Matcher role = CREATE_ROLE.matcher(text);
    while (role.find()) {
      Role parsed = Role.parse(role.group(1));
      roles.put(parsed.name(), parsed);
    }
    Matcher row = ROW.matcher(text);
    while (row.find()) {
      Set<String> named = new TreeSet<>();
      for (String service : row.group(3).split(",")) {
        named.add(roleOf(service.strip()));
      }
      String action = row.group(2) == null ? "" : row.group(2);
      rows.add(new Row(row.group(1).toLowerCase(Locale.ROOT), action, named));
    }
  }

  private static String roleOf(String service) {
    return service.equals(EVERYBODY)
        ? service
        : "tidemark" + Character.toUpperCase(service.charAt(0)) + service.substring(1);
  }

  public static RolesPage read(Path page) throws IOException {
    return new RolesPage(Files.readString(page));
  }

  public Set<String> names() {
    return roles.keySet();
  }

  /**
   * @throws IllegalArgumentException if the page has no such role
   */
  public Role role(String name) {
    Role role = roles.get(name);
    if (role == null) {
      throw new IllegalArgumentException("no role " + name + " among " + roles.keySet());
    }
    return role;
  }

  /** The actions that the table lists for a role. */
  public Set<String> tabled(String role) {
    Set<String> actions = new TreeSet<>();
    rows.stream()
        .filter(row -> row.roles().contains(role) && !row.action().isEmpty())
        .forEach(row -> actions.add(row.action()));
    return actions;
  }

  /** The commands that the table lists for a role alone, not for all, in lower case. */
  Set<String> commands(String role) {
    Set<String> commands = new TreeSet<>();
    rows.stream()
        .filter(row -> row.roles().contains(role))
        .forEach(row -> commands.add(row.command()));
    return commands;
  }

  /** Whether the table says that a role's account sends the command, and needs this for it. */
  boolean lists(String command, String action, String role) {
    return rows.stream()
        .anyMatch(
            row ->
                row.command().equals(command.toLowerCase(Locale.ROOT))
                    && row.action().equals(action)
                    && (row.roles().contains(role) || row.roles().contains(EVERYBODY)));
  }
}
