package dev.tidemark.restorer.drill;

import java.util.Locale;

/** What a drill does, in its order. Not every mode takes every step. */
public enum DrillStep {
  /** Write data of the drill's own into the cluster. */
  CREATE,
  /** Ask for a snapshot. */
  SNAPSHOT,
  /** Change the data, so that the restore needs the oplog. */
  CHANGE,
  /** Wait until the last write is on Kafka. */
  CAPTURE,
  /** Wait until the last write is archived. */
  ARCHIVE,
  /** Lose the data. */
  DROP,
  /** Ask for the restore. */
  RESTORE,
  /** Compare what was restored with what there was. */
  VERIFY,
  /** Remove what the drill left in the cluster and in the target. */
  CLEAN_UP;

  /** The name in results, for example {@code clean-up}. */
  public String title() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
