package dev.tidemark.embedded.mongo.command;

import java.util.Locale;
import java.util.Set;

/**
 * A command as a member is about to carry it out.
 *
 * @param application what the client of the connection calls itself; empty if it does not say
 * @param connection number of the connection
 * @param database the database it runs against
 * @param name of the command, as it was written
 * @param collection the command's argument if that is text, or the name of the collection that it
 *     gives by UUID; otherwise empty
 * @param traits what else is asked for, as far as it takes rights of its own
 */
public record ServedCommand(
    String application,
    long connection,
    String database,
    String name,
    String collection,
    Set<Trait> traits) {

  /** What a command may ask for besides what its name says. */
  public enum Trait {
    /** The collection is given by its UUID. */
    BY_UUID,
    BYPASSES_VALIDATION,
    UPSERTS
  }

  private static final Set<String> WRITES =
      Set.of(
          "insert",
          "update",
          "delete",
          "findandmodify",
          "create",
          "createindexes",
          "drop",
          "dropindexes",
          "dropdatabase",
          "collmod",
          "renamecollection",
          "converttocapped");

  /** The same, whichever connection it came over. */
  public ServedCommand anyConnection() {
    return new ServedCommand(application, 0, database, name, collection, traits);
  }

  /** Whether it changes data or the catalogue. */
  public boolean isWrite() {
    return WRITES.contains(name.toLowerCase(Locale.ROOT));
  }

  public boolean is(String command) {
    return name.equalsIgnoreCase(command);
  }
}
