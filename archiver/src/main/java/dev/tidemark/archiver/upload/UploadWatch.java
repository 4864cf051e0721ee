package dev.tidemark.archiver.upload;

/** Is told how uploads go, for metrics. Called by the uploading threads; must not wait. */
public interface UploadWatch {

  /** A segment is in the store. */
  void stored(long bytes, long nanos);

  /** An attempt failed and will be repeated. */
  void failed();
}
