package dev.tidemark.restorer.drill;

/** One way to hold a drill. */
interface Drill extends AutoCloseable {

  /**
   * Holds it, but for the clean-up.
   *
   * @throws dev.tidemark.oplog.error.TidemarkException why the drill failed
   */
  Restored run(DrillSteps steps) throws Exception;

  /** Removes what the drill left behind, however it ended. */
  void cleanUp();

  @Override
  void close();
}
