package dev.tidemark.restorer.materialize;

import dev.tidemark.archive.dump.DocumentStream;
import dev.tidemark.archive.plan.RestoreTarget;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.RestorerError;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;

/** Finds the optime that a target stands for in the oplog files of one or several replica sets. */
final class TargetInFiles {

  private TargetInFiles() {}

  /**
   * The optime, the same for all sets. {@code latest} is the last entry, of several sets the
   * earliest of their last entries. An instant is the last entry before the first one, in any set,
   * that was written after it.
   *
   * @throws TidemarkException {@code MERGE_OPLOG_TOO_SHORT} if there are no entries to find it in
   */
  static Optime resolve(RestoreTarget target, Collection<OplogFiles> oplogs) throws IOException {
    if (target instanceof RestoreTarget.At at) {
      return at.optime();
    }
    if (target instanceof RestoreTarget.Before before) {
      return before.optime().previous();
    }
    if (target instanceof RestoreTarget.AtInstant at) {
      return at(at.instant(), oplogs);
    }
    return latest(oplogs);
  }

  private static Optime latest(Collection<OplogFiles> oplogs) {
    Optime latest = Optime.MAX;
    for (OplogFiles oplog : oplogs) {
      Optime last =
          oplog
              .last()
              .orElseThrow(
                  () ->
                      new TidemarkException(
                          RestorerError.MERGE_OPLOG_TOO_SHORT,
                          "there are no oplog entries",
                          oplog.location(),
                          "Name the files with the entries"));
      latest = last.isBefore(latest) ? last : latest;
    }
    return latest;
  }

  private static Optime at(Instant instant, Collection<OplogFiles> oplogs) throws IOException {
    Optime limit = latest(oplogs).next();
    for (OplogFiles oplog : oplogs) {
      Optime later = firstAfter(instant, oplog);
      limit = later.isBefore(limit) ? later : limit;
    }
    Optime last = Optime.ZERO;
    for (OplogFiles oplog : oplogs) {
      Optime before = lastBefore(limit, oplog);
      last = before.isAfter(last) ? before : last;
    }
    if (last.equals(Optime.ZERO)) {
      throw new TidemarkException(
          RestorerError.MERGE_OPLOG_TOO_SHORT,
          "every oplog entry was written after " + instant,
          String.join("; ", oplogs.stream().map(OplogFiles::location).toList()),
          "Choose a later moment, or add the entries before it");
    }
    return last;
  }

  private static Optime firstAfter(Instant instant, OplogFiles oplog) throws IOException {
    try (DocumentStream cursor = oplog.open(Optime.ZERO)) {
      for (BsonSlice raw = cursor.next(); raw != null; raw = cursor.next()) {
        OplogEntry entry = OplogEntry.read(raw);
        if (entry.wall().orElse(entry.optime().seconds() * 1000) > instant.toEpochMilli()) {
          return entry.optime();
        }
      }
    }
    return Optime.MAX;
  }

  private static Optime lastBefore(Optime limit, OplogFiles oplog) throws IOException {
    Optime last = Optime.ZERO;
    try (DocumentStream cursor = oplog.open(Optime.ZERO)) {
      for (BsonSlice raw = cursor.next(); raw != null; raw = cursor.next()) {
        Optime optime = OplogEntry.read(raw).optime();
        if (!optime.isBefore(limit)) {
          break;
        }
        last = optime;
      }
    }
    return last;
  }
}
