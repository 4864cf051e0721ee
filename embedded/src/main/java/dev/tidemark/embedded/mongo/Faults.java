package dev.tidemark.embedded.mongo;

import dev.tidemark.embedded.mongo.bson.RawWriter;
import dev.tidemark.embedded.mongo.command.CommandTable;
import dev.tidemark.embedded.mongo.member.Member;
import dev.tidemark.embedded.mongo.wire.WireServer;

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
    member.alone(() -> member.topology().primary(false));
  }

  /** The member is elected again, in a new term, and logs so. */
  public void stepUp() {
    member.alone(
        () -> {
          member.log().term(member.log().term() + 1);
          member.topology().primary(true);
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
}
