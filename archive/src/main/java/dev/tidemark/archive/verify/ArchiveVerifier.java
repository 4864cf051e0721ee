package dev.tidemark.archive.verify;

import dev.tidemark.archive.defect.Defect;
import dev.tidemark.archive.defect.DefectKind;
import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.index.IndexedSegment;
import dev.tidemark.archive.index.ParallelReads;
import dev.tidemark.archive.index.SetIndex;
import dev.tidemark.archive.plan.ArchiveContents;
import dev.tidemark.archive.plan.TailSource;
import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.snapshot.StoredObject;
import dev.tidemark.archive.snapshot.UnfinishedSnapshots;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Verifies the archive of one cluster. The shallow way looks at what is there, at sizes, headers,
 * roll-ups, manifests and the chain; the deep way reads every byte, decodes it and counts again.
 *
 * <p>A gap that the source reported is no defect of the archive. Thread-safe.
 */
public final class ArchiveVerifier {

  /** A snapshot that is being taken writes something more often than this. */
  private static final Duration UNFINISHED = Duration.ofDays(1);

  private final ArchiveIndex index;
  private final VerifyListener listener;
  private final InstantSource clock;

  public ArchiveVerifier(ArchiveIndex index, VerifyListener listener, InstantSource clock) {
    this.index = index;
    this.listener = listener;
    this.clock = clock;
  }

  /**
   * Looks at everything.
   *
   * @param deep whether to read every byte
   */
  public VerifyReport verify(boolean deep) {
    ArchiveContents contents = ArchiveContents.load(index, TailSource.NONE);
    Set<Defect> defects = new LinkedHashSet<>(contents.defects());
    List<SegmentIndexEntry> segments = new ArrayList<>();
    for (SetIndex set : contents.indexes().values()) {
      set.segments().stream().map(IndexedSegment::entry).forEach(segments::add);
    }
    defects.addAll(inspectSegments(contents, segments, deep));
    defects.addAll(inspectSnapshots(contents, deep));
    defects.addAll(snapshotsWithoutManifest());
    long bytes =
        segments.stream().mapToLong(SegmentIndexEntry::getObjectBytes).sum()
            + contents.snapshots().stream()
                .flatMap(snapshot -> snapshot.objects().stream())
                .mapToLong(StoredObject::bytes)
                .sum();
    return new VerifyReport(
        contents,
        deep,
        segments.size(),
        segments.stream().mapToLong(SegmentIndexEntry::getEntryCount).sum(),
        bytes,
        defects.stream()
            .sorted(Comparator.comparing(Defect::where).thenComparing(Defect::kind))
            .toList());
  }

  private List<Defect> inspectSegments(
      ArchiveContents contents, List<SegmentIndexEntry> segments, boolean deep) {
    SegmentInspection inspection = new SegmentInspection(index.store());
    AtomicLong done = new AtomicLong();
    // Without a roll-up the header was read a moment ago.
    Set<String> known = new LinkedHashSet<>();
    contents
        .indexes()
        .values()
        .forEach(
            set ->
                set.segments().stream()
                    .filter(segment -> !segment.fromRollup())
                    .forEach(segment -> known.add(segment.entry().getObjectKey())));
    try (ParallelReads reads = new ParallelReads()) {
      return reads
          .map(
              segments,
              entry -> {
                List<Defect> found = List.of();
                if (deep) {
                  found = inspection.content(entry);
                } else if (!known.contains(entry.getObjectKey())) {
                  found = inspection.header(entry);
                }
                listener.looked("segments", done.incrementAndGet(), segments.size());
                return found;
              })
          .stream()
          .flatMap(List::stream)
          .toList();
    }
  }

  private List<Defect> inspectSnapshots(ArchiveContents contents, boolean deep) {
    SnapshotInspection inspection = new SnapshotInspection(index.store(), index.keys());
    List<Defect> defects = new ArrayList<>();
    long done = 0;
    for (SnapshotManifest snapshot : contents.snapshots()) {
      List<Defect> missing = inspection.presence(snapshot);
      defects.addAll(missing);
      if (deep) {
        Set<String> named = new LinkedHashSet<>();
        missing.forEach(defect -> named.add(defect.where()));
        inspection.content(snapshot).stream()
            .filter(defect -> !named.contains(defect.where()))
            .forEach(defects::add);
      }
      listener.looked("snapshots", ++done, contents.snapshots().size());
    }
    return defects;
  }

  private List<Defect> snapshotsWithoutManifest() {
    Instant latest = clock.instant().minus(UNFINISHED);
    List<Defect> defects = new ArrayList<>();
    UnfinishedSnapshots.find(index.store(), index.keys())
        .forEach(
            (id, objects) -> {
              Instant written = UnfinishedSnapshots.lastWritten(objects);
              if (written.isBefore(latest)) {
                defects.add(
                    new Defect(
                        DefectKind.MANIFEST_MISSING,
                        index.keys().manifest(id),
                        "the snapshot was given up or lost its manifest; its %d objects were last"
                                .formatted(objects.size())
                            + " written at "
                            + written));
              }
            });
    return defects;
  }
}
