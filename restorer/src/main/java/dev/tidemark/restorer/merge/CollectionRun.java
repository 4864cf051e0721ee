package dev.tidemark.restorer.merge;

import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.archive.digest.DocumentSum.Digest;
import java.io.IOException;
import java.util.Optional;

/** One collection while it is restored. Thread-safe. */
final class CollectionRun {

  /** The place of the first operation; places of the base's documents are below. */
  static final long FIRST_OPERATION = 1L << 48;

  /** Touched documents in one unit of writing. */
  private static final int TOUCHED_PER_UNIT = 1 << 16;

  private final int number;
  private final RestoredCollection restored;
  private final Optional<CappedLimits> capped;
  private final TouchedKeys touched;
  private final boolean allTouched;
  private final DocumentSum sum = new DocumentSum();
  private CollectionSink sink;
  private String orderedDigest;

  /**
   * @param number counts the collections of a restore
   * @param capped if the order of documents is data
   * @param touched what the entries touch, or null for nothing
   * @param allTouched whether every document has to pass through the overlay
   */
  CollectionRun(
      int number,
      RestoredCollection restored,
      Optional<CappedLimits> capped,
      TouchedKeys touched,
      boolean allTouched) {
    this.number = number;
    this.restored = restored;
    this.capped = capped;
    this.touched = touched;
    this.allTouched = allTouched;
  }

  int number() {
    return number;
  }

  RestoredCollection restored() {
    return restored;
  }

  Optional<CappedLimits> capped() {
    return capped;
  }

  /** Whether no document has to pass through the overlay. */
  boolean isUntouched() {
    return touched == null && !allTouched;
  }

  /** Whether the document with this hash has to pass through the overlay. */
  boolean touches(long hash) {
    return allTouched || (touched != null && touched.mayContain(hash));
  }

  /** In how many units the touched documents are written: a power of 2, at most one a partition. */
  int touchedUnits() {
    int keys = touched == null ? 0 : touched.count();
    int units = 1;
    while (units < Overlay.PARTITIONS && keys / units > TOUCHED_PER_UNIT) {
      units *= 2;
    }
    return units;
  }

  void open(RestoreSink target) throws IOException {
    sink = target.open(restored);
  }

  CollectionSink sink() {
    return sink;
  }

  void close() throws IOException {
    CollectionSink open = sink;
    sink = null;
    if (open != null) {
      open.close();
    }
  }

  synchronized void add(Digest unit) {
    sum.add(unit);
  }

  synchronized void ordered(String digest) {
    orderedDigest = digest;
  }

  synchronized MergeReport.Written written() {
    return new MergeReport.Written(restored, sum.digest(), Optional.ofNullable(orderedDigest));
  }
}
