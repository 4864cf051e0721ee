package dev.tidemark.embedded.mongo;

import dev.tidemark.embedded.mongo.bson.RawWriter;
import dev.tidemark.embedded.mongo.command.CommandTable;
import dev.tidemark.embedded.mongo.command.ServedCommand;
import dev.tidemark.embedded.mongo.member.Member;
import dev.tidemark.embedded.mongo.wire.CommandFailure;
import dev.tidemark.embedded.mongo.wire.WireServer;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Makes a simulated replica set misbehave as real ones do, for tests. Thread-safe. */
public final class Faults {

  private final Member member;
  private final CommandTable commands;
  private final WireServer wire;

  Faults(Member member, CommandTable commands, WireServer wire) {
    this.member = member;
    this.commands = commands;
    this.wire = wire;
  }

  /** The member becomes a secondary: writes are refused, reads and cursors go on. */
  public void stepDown() {
    member.alone(() -> member.topology().steppedDown());
  }

  /** The member is elected again, in a new term, and logs so. */
  public void stepUp() {
    member.alone(
        () -> {
          member.log().term(member.log().term() + 1);
          member.topology().elected(member.log().term());
          member.log().noop(new RawWriter().string("msg", "new primary").done());
        });
  }

  /** Every open cursor is gone: the next getMore answers CursorNotFound. */
  public void killCursors() {
    commands.cursors().killAll();
  }

  /** Cuts every connection. Clients may connect again at once. */
  public void dropConnections() {
    wire.dropConnections();
  }

  /** Drops all entries at or below the optime, as if the oplog had grown past its size. */
  public void rollOver(long upToOptime) {
    member.oplog().rollOver(upToOptime);
  }

  /** New entries stay below the majority point, as if the secondaries had stopped replicating. */
  public void holdMajority() {
    member.oplog().holdMajority();
  }

  public void releaseMajority() {
    member.oplog().releaseMajority();
  }

  /** The account of every client lacks the right to run these commands. */
  public void withholdRights(String... commandNames) {
    Set<String> withheld = Set.of(commandNames);
    commands
        .hooks()
        .add(
            command -> {
              if (withheld.contains(command.name())) {
                throw new CommandFailure(
                    13,
                    "Unauthorized",
                    "not authorized on " + command.database() + " to execute " + command.name());
              }
            });
  }

  /** No user and password is right. */
  public void refuseLogins() {
    commands
        .hooks()
        .add(
            command -> {
              if (command.name().equals("saslStart")) {
                throw new CommandFailure(18, "AuthenticationFailed", "Authentication failed.");
              }
            });
  }

  /** Every write fails as on a full disk. */
  public void fillDisk() {
    refuseWrites(14031, "OutOfDiskSpace", "available disk space is less than required minimum");
  }

  /** Every write fails as after {@code setUserWriteBlockMode}. */
  public void blockWrites() {
    refuseWrites(276, "UserWritesBlocked", "User writes blocked");
  }

  private void refuseWrites(int code, String codeName, String message) {
    commands
        .hooks()
        .add(
            command -> {
              if (command.isWrite()) {
                throw new CommandFailure(code, codeName, message);
              }
            });
  }

  /** Shows every command to a test before it is carried out. */
  public void watch(Consumer<ServedCommand> watcher) {
    commands.hooks().add(watcher::accept);
  }

  /**
   * Stops one command before it is carried out, and its client with it, until it is let go.
   *
   * @param passed how many of the wanted commands go by first
   */
  public HeldCommand hold(Predicate<ServedCommand> wanted, int passed) {
    HeldCommand held = new HeldCommand(commands.hooks(), wanted, passed);
    commands.hooks().add(held);
    return held;
  }

  /** Commands are carried out again as they come, unseen. */
  public void heal() {
    commands.hooks().clear();
  }
}
