package dev.tidemark.restorer.merge;

import dev.tidemark.restorer.merge.DocumentOperation.Kind;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * All touched documents, in partitions by the leading bits of their keys' hashes. When memory runs
 * out, partitions move into files, the last one first; each is folded on its own later, with the
 * whole memory, and divided again if it is still too large.
 *
 * <p>What it hands out at the end comes in the order of the hashes, whatever was spilled.
 * Thread-safe, as long as the operations on one partition come from one thread.
 */
final class Overlay implements Closeable {

  private static final int BITS = 6;

  static final int PARTITIONS = 1 << BITS;

  /** After so many divisions the bits of the hash are used up. */
  private static final int MAX_LEVEL = 64 / BITS - 1;

  private final int level;
  private final FoldRules rules;
  private final MemoryBudget budget;
  private final Path directory;
  private final Partition[] partitions = new Partition[PARTITIONS];

  Overlay(FoldRules rules, long memory, Path directory) {
    this(0, rules, memory, directory);
  }

  private Overlay(int level, FoldRules rules, long memory, Path directory) {
    this.level = level;
    this.rules = rules;
    this.budget = new MemoryBudget(level < MAX_LEVEL ? memory : Long.MAX_VALUE);
    this.directory = directory;
    for (int i = 0; i < PARTITIONS; i++) {
      partitions[i] = new Partition(rules, budget, directory);
    }
  }

  /** The partition of a key at the top level. */
  static int partitionOf(long hash) {
    return (int) (hash >>> (Long.SIZE - BITS));
  }

  void accept(DocumentOperation operation) throws IOException {
    if (operation.kind() == Kind.TRUNCATE) {
      for (int i = 0; i < PARTITIONS; i++) {
        accept(i, operation);
      }
    } else {
      int shift = Long.SIZE - BITS * (level + 1);
      accept((int) (operation.hash() >>> shift) & (PARTITIONS - 1), operation);
    }
  }

  void accept(int partition, DocumentOperation operation) throws IOException {
    partitions[partition].accept(operation);
    if (budget.exceeded()) {
      relieve();
    }
  }

  private synchronized void relieve() throws IOException {
    for (int i = PARTITIONS - 1; i >= 0 && budget.exceeded(); i--) {
      partitions[i].spill();
    }
  }

  /** Whether any partition is in a file. */
  boolean isSpilled() {
    return partitions[PARTITIONS - 1].isSpilled();
  }

  boolean isSpilled(int partition) {
    return partitions[partition].isSpilled();
  }

  /**
   * Folds a spilled partition.
   *
   * @param memory what that may take
   * @return its documents, to be drained and closed
   */
  Overlay unspilled(int partition, long memory) throws IOException {
    Overlay folded = new Overlay(level + 1, rules, memory, directory);
    try {
      partitions[partition].replay(folded::accept);
      return folded;
    } catch (IOException | RuntimeException e) {
      folded.close();
      throw e;
    }
  }

  /** Hands over what is left in a partition that is in memory. */
  void drain(int partition, Survivors survivors) throws IOException {
    partitions[partition].drain(survivors, partition);
  }

  /** Hands over everything that is left, as a part of a top-level partition. */
  void drainAll(int topLevel, Survivors survivors) throws IOException {
    for (int i = 0; i < PARTITIONS; i++) {
      if (partitions[i].isSpilled()) {
        try (Overlay folded = unspilled(i, budget.limit())) {
          folded.drainAll(topLevel, survivors);
        }
      } else {
        partitions[i].drain(survivors, topLevel);
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (Partition partition : partitions) {
      partition.close();
    }
  }
}
