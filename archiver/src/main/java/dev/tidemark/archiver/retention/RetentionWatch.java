package dev.tidemark.archiver.retention;

/** Is told how runs of retention end, for metrics. */
public interface RetentionWatch {

  /** A run is over. */
  void retained(long deletedBytes);

  /** A run failed and will be repeated or left to the next time. */
  void retentionFailed();
}
