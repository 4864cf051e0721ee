package dev.tidemark.restorer.snapshot;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How a snapshot is taken. None of it changes what is in it, except the compression of its objects.
 *
 * @param parallelism ranges read at a time
 * @param rangeBytes size of the ranges of large collections, before compression
 * @param compression of the objects
 * @param spoolDirectory where ranges wait until those before them are uploaded
 * @param endPatience how long to wait until the last read is majority committed
 */
record SnapshotSettings(
    int parallelism,
    long rangeBytes,
    Compression compression,
    Path spoolDirectory,
    Duration endPatience) {}
