package dev.tidemark.archive.store;

/** Is told what a store does by itself, for metrics. Called by any thread; must not wait. */
@FunctionalInterface
public interface StoreWatch {

  /** Nobody wants to know. */
  StoreWatch NONE = times -> {};

  /**
   * A request was repeated after an error or a time-out that may pass; whether it succeeded in the
   * end is not said.
   */
  void repeated(int times);
}
