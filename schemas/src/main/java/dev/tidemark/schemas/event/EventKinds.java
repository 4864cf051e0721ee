package dev.tidemark.schemas.event;

/** The values of {@code OplogEvent.kind}. A reader that meets another one must stop. */
public final class EventKinds {

  /** Carries an oplog entry. */
  public static final String ENTRY = "ENTRY";

  /** No entry with an optime up to and including {@code ts} will follow. */
  public static final String HEARTBEAT = "HEARTBEAT";

  /** The entries after {@code prevTs} and before {@code ts} are lost at the source. */
  public static final String GAP = "GAP";

  /** Capture begins at {@code ts}; nothing before it was captured. */
  public static final String START = "START";

  private EventKinds() {}
}
