package dev.tidemark.archive.retention;

import dev.tidemark.archive.defect.Defect;
import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.index.IndexedSegment;
import dev.tidemark.archive.index.RollupKeeper;
import dev.tidemark.archive.index.SetIndex;
import dev.tidemark.archive.index.Tombstone;
import dev.tidemark.archive.key.OptimeHour;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.key.SegmentKey;
import dev.tidemark.archive.plan.HistoryBuilder;
import dev.tidemark.archive.plan.OplogRange;
import dev.tidemark.archive.segment.FinishedSegment;
import dev.tidemark.archive.segment.SegmentFormat;
import dev.tidemark.archive.segment.SegmentMerge;
import dev.tidemark.archive.segment.SegmentReader;
import dev.tidemark.archive.store.PutCondition;
import dev.tidemark.archive.verify.SegmentInspection;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces the many small segments of an hour by one. At no time is a moment less restorable than
 * before: the new segment is stored, read back and published before the old ones are taken out of
 * the index, and those are deleted by {@link Retention} when the grace is over.
 *
 * <p>The newest hour is left alone: the archiver goes on there.
 */
public final class Compaction {

  private static final Logger log = LoggerFactory.getLogger(Compaction.class);

  /** Beyond this an object would be unwieldy; the hour becomes several. */
  private static final long MAX_OBJECT_BYTES = 1L << 30;

  private final ArchiveIndex index;
  private final Path spool;
  private final SegmentFormat format;
  private final Duration grace;
  private final InstantSource clock;

  /**
   * @param spool a directory with room for an hour's compressed segments
   * @param grace how long the old segments stay
   */
  public Compaction(
      ArchiveIndex index, Path spool, SegmentFormat format, Duration grace, InstantSource clock) {
    this.index = index;
    this.spool = spool;
    this.format = format;
    this.grace = grace;
    this.clock = clock;
  }

  /**
   * What was replaced.
   *
   * @param key the new segment
   * @param replaced the old ones
   */
  public record Compacted(String key, List<String> replaced) {}

  /** What {@link #compact} would replace now; nothing is changed. */
  public List<Compacted> explain(ReplicaSetRef set) {
    SetIndex loaded = index.load(set);
    List<Compacted> planned = new ArrayList<>();
    replacements(loaded).forEach(done -> planned.add(done.compacted()));
    for (List<SegmentIndexEntry> run : runs(loaded)) {
      Optime first = new Optime(run.get(0).getFirstTs());
      Optime last = new Optime(run.get(run.size() - 1).getLastTs());
      planned.add(
          new Compacted(
              index.keys().compactedSegment(set, first, last),
              run.stream().map(SegmentIndexEntry::getObjectKey).toList()));
    }
    return planned;
  }

  /**
   * Compacts every hour of a set but the newest, and finishes what an earlier compaction left
   * undone.
   */
  public List<Compacted> compact(ReplicaSetRef set) {
    runs(index.load(set)).forEach(this::merge);
    return replace(set);
  }

  /** Segments that can become one, hour by hour. */
  private List<List<SegmentIndexEntry>> runs(SetIndex loaded) {
    Optional<OptimeHour> newest =
        loaded.segments().stream()
            .map(segment -> hour(segment.entry()))
            .max(Comparator.naturalOrder());
    List<List<SegmentIndexEntry>> runs = new ArrayList<>();
    for (OplogRange range : HistoryBuilder.build(loaded).ranges()) {
      Map<OptimeHour, List<SegmentIndexEntry>> hours = new TreeMap<>();
      for (SegmentIndexEntry segment : range.segments()) {
        hours.computeIfAbsent(hour(segment), h -> new ArrayList<>()).add(segment);
      }
      hours.remove(newest.orElseThrow());
      // Retention puts them right; until then they cannot be rolled up.
      hours.keySet().removeIf(loaded.unclear()::contains);
      for (List<SegmentIndexEntry> hour : hours.values()) {
        if (hour.size() > 1) {
          SegmentMerge.runs(readers(hour), MAX_OBJECT_BYTES).stream()
              .filter(run -> run.size() > 1)
              .forEach(runs::add);
        }
      }
    }
    return runs;
  }

  private static OptimeHour hour(SegmentIndexEntry segment) {
    return OptimeHour.of(new Optime(segment.getFirstTs()));
  }

  /**
   * A compacted segment that is stored, and those that it makes superfluous.
   *
   * @param merged the compacted one
   * @param inside the keys of the others
   */
  private record Replacement(SegmentIndexEntry merged, List<String> inside) {

    Compacted compacted() {
      return new Compacted(merged.getObjectKey(), inside);
    }
  }

  private static List<Replacement> replacements(SetIndex loaded) {
    List<Replacement> found = new ArrayList<>();
    for (IndexedSegment candidate : loaded.segments()) {
      SegmentIndexEntry merged = candidate.entry();
      if (!SegmentKey.parse(merged.getObjectKey()).orElseThrow().isCompacted()
          || loaded.unclear().contains(hour(merged))) {
        continue;
      }
      List<String> inside =
          loaded.segments().stream()
              .map(IndexedSegment::entry)
              .filter(entry -> contains(merged, entry))
              .map(SegmentIndexEntry::getObjectKey)
              .toList();
      if (!inside.isEmpty()) {
        found.add(new Replacement(merged, inside));
      }
    }
    return found;
  }

  /** Takes segments out of the index whose entries a compacted one holds. */
  private List<Compacted> replace(ReplicaSetRef set) {
    List<Replacement> found = replacements(index.load(set));
    Map<OptimeHour, List<String>> replaced = new TreeMap<>();
    for (Replacement replacement : found) {
      requireSound(replacement.merged());
      replaced
          .computeIfAbsent(hour(replacement.merged()), h -> new ArrayList<>())
          .addAll(replacement.inside());
    }
    replaced.forEach((hour, keys) -> replace(set, hour, keys));
    return found.stream().map(Replacement::compacted).toList();
  }

  private static boolean contains(SegmentIndexEntry merged, SegmentIndexEntry entry) {
    return !entry.getObjectKey().equals(merged.getObjectKey())
        && Long.compareUnsigned(entry.getFirstTs(), merged.getFirstTs()) >= 0
        && Long.compareUnsigned(entry.getLastTs(), merged.getLastTs()) <= 0;
  }

  private void replace(ReplicaSetRef set, OptimeHour hour, List<String> replaced) {
    new RollupKeeper(index.store(), index.keys()).rollUp(set, hour);
    new Graveyard(index.store(), index.keys())
        .bury(
            set,
            hour,
            new Tombstone(
                clock.instant().plus(grace), "a compacted segment replaces them", replaced));
    log.info("Replaced {} segments of {} hour {}", replaced.size(), set, hour);
  }

  /** Whoever stored it, it has to be right before anything is taken away. */
  private void requireSound(SegmentIndexEntry merged) {
    List<Defect> defects = new SegmentInspection(index.store()).content(merged);
    if (!defects.isEmpty()) {
      throw ArchiveException.corrupt(
          "the compacted segment is not what was written: " + defects.get(0).problem(),
          index.store().location() + "/" + merged.getObjectKey(),
          null);
    }
  }

  private List<SegmentReader> readers(List<SegmentIndexEntry> segments) {
    return segments.stream().map(entry -> SegmentReader.open(index.store(), entry)).toList();
  }

  private static void deleteLeftOver(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new ArchiveException(
          ArchiveError.ARCHIVE_DISK_FAILED,
          "a file of an earlier compaction cannot be removed: " + e.getMessage(),
          file.toString(),
          "Check the owner and the permissions of the spool directory",
          e);
    }
  }

  private void merge(List<SegmentIndexEntry> run) {
    Path file = spool.resolve("compaction-" + Long.toHexString(run.get(0).getFirstTs()) + ".spool");
    deleteLeftOver(file);
    try (FinishedSegment merged = SegmentMerge.merge(readers(run), index.keys(), file, format)) {
      index.store().put(merged.key(), merged.content(), PutCondition.ifAbsent());
    }
  }
}
