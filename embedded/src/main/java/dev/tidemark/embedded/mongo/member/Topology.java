package dev.tidemark.embedded.mongo.member;

import java.time.Duration;

/**
 * Whether the member is primary, and a version that rises whenever that changes, so that a driver's
 * monitor can wait for the change instead of asking again and again. Thread-safe.
 */
public final class Topology {

  private final byte[] processId;
  private State state;

  Topology(byte[] processId, long term) {
    this.processId = processId;
    this.state = new State(true, term, 0);
  }

  /**
   * What a reply says in one piece: a driver that was told of a new version with an old state would
   * wait for a change that has happened.
   *
   * @param term of the election this member knows of
   */
  public record State(boolean primary, long term, long version) {}

  public byte[] processId() {
    return processId.clone();
  }

  public synchronized State state() {
    return state;
  }

  public synchronized void steppedDown() {
    change(new State(false, state.term, state.version + 1));
  }

  public synchronized void elected(long term) {
    change(new State(true, term, state.version + 1));
  }

  private void change(State next) {
    state = next;
    notifyAll();
  }

  /** Waits until the version is another than the one known, or the time is over. */
  public synchronized State awaitOther(long known, Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (state.version == known) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        break;
      }
      wait(left);
    }
    return state;
  }
}
