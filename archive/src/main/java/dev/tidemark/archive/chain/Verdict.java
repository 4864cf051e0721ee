package dev.tidemark.archive.chain;

/** What the chain rule says of an event. */
public enum Verdict {
  /** The entry or marker that comes next. */
  NEXT,
  /**
   * The entry that comes next, before the optime of the gap marker that came last: what the marker
   * declared lost was found, so that the marker is void.
   */
  FOUND,
  /** Seen before; nothing to do. */
  DUPLICATE,
  /** A heartbeat in chain: no entry up to its optime will follow but those accepted. */
  HEARTBEAT,
  /** Its predecessor was not accepted: something is missing in between, or nothing confirms it. */
  OUT_OF_CHAIN,
  /** The optime of the last accepted entry with another term: another history. */
  DIVERGENCE
}
