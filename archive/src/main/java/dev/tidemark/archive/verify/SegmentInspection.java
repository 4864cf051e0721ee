package dev.tidemark.archive.verify;

import dev.tidemark.archive.defect.Defect;
import dev.tidemark.archive.defect.DefectKind;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.segment.SegmentReader;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.util.List;
import java.util.function.Function;

/** Looks at one segment at a time. Thread-safe. */
public final class SegmentInspection {

  private final ObjectStore store;

  public SegmentInspection(ObjectStore store) {
    this.store = store;
  }

  /** Whether the header is sound and says what the index says. */
  public List<Defect> header(SegmentIndexEntry expected) {
    return inspect(expected, reader -> List.of());
  }

  /** As {@link #header}, and every byte is read, decoded and counted again. */
  public List<Defect> content(SegmentIndexEntry expected) {
    return inspect(expected, SegmentReader::check);
  }

  private List<Defect> inspect(
      SegmentIndexEntry expected, Function<SegmentReader, List<String>> look) {
    String key = expected.getObjectKey();
    try {
      return look.apply(SegmentReader.open(store, expected)).stream()
          .map(problem -> new Defect(DefectKind.SEGMENT_CORRUPT, key, problem))
          .toList();
    } catch (ArchiveException e) {
      return switch (e.error()) {
        case ARCHIVE_OBJECT_CORRUPT, ARCHIVE_FORMAT_UNKNOWN ->
            List.of(new Defect(DefectKind.SEGMENT_CORRUPT, key, e.reason()));
        case ARCHIVE_INDEX_STALE -> List.of(new Defect(DefectKind.INDEX_STALE, key, e.reason()));
        case ARCHIVE_OBJECT_MISSING ->
            List.of(new Defect(DefectKind.SEGMENT_MISSING, key, "it is not there"));
        default -> throw e;
      };
    }
  }
}
