package dev.tidemark.archiver.upload;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.segment.FinishedSegment;
import dev.tidemark.archive.segment.SegmentReader;
import dev.tidemark.archive.store.ObjectContent;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.PutCondition;
import dev.tidemark.archiver.error.ArchiverError;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SegmentIndexEntry;

/**
 * Puts segments where the first one wins, and finds out what won. Thread-safe.
 *
 * <p>A refused put does not mean another writer: after a lost answer it may be this very segment.
 * Contents decide, not who was first.
 */
public final class SegmentStore {

  private final ObjectStore store;

  public SegmentStore(ObjectStore store) {
    this.store = store;
  }

  /**
   * Stores a segment, or compares it with what is there.
   *
   * @throws ArchiveException if the store cannot answer now
   */
  UploadOutcome store(FinishedSegment segment) {
    ObjectContent content;
    try {
      content = segment.content();
    } catch (ArchiveException e) {
      return new UploadOutcome.Lost(e);
    }
    if (store.put(segment.key(), content, PutCondition.ifAbsent()).isStored()) {
      return new UploadOutcome.Stored(segment.entry());
    }
    try {
      return compare(segment.entry(), SegmentReader.open(store, segment.key()).entry());
    } catch (ArchiveException e) {
      if (e.error() == ArchiveError.ARCHIVE_OBJECT_CORRUPT
          || e.error() == ArchiveError.ARCHIVE_FORMAT_UNKNOWN) {
        return new UploadOutcome.Diverged(e);
      }
      throw e;
    }
  }

  private static UploadOutcome compare(SegmentIndexEntry ours, SegmentIndexEntry theirs) {
    boolean sameEnd = theirs.getLastTs() == ours.getLastTs();
    boolean sameContent = theirs.getContentSha256().equals(ours.getContentSha256());
    if (sameEnd && sameContent && sameBeginning(ours, theirs)) {
      return new UploadOutcome.Stored(theirs);
    }
    if (!sameEnd && sameBeginning(ours, theirs)) {
      return new UploadOutcome.CutElsewhere(theirs);
    }
    return new UploadOutcome.Diverged(divergence(ours, theirs));
  }

  private static boolean sameBeginning(SegmentIndexEntry ours, SegmentIndexEntry theirs) {
    return theirs.getFirstTs() == ours.getFirstTs()
        && theirs.getFirstTerm() == ours.getFirstTerm()
        && theirs.getPrevTs() == ours.getPrevTs()
        && theirs.getPrevTerm() == ours.getPrevTerm();
  }

  private static TidemarkException divergence(SegmentIndexEntry ours, SegmentIndexEntry theirs) {
    return new TidemarkException(
        ArchiverError.ARCHIVER_DIVERGENCE,
        "the archive holds %d entries up to %s where the topic has %d up to %s, and they differ"
            .formatted(
                theirs.getEntryCount(),
                new Optime(theirs.getLastTs()),
                ours.getEntryCount(),
                new Optime(ours.getLastTs())),
        ours.getObjectKey(),
        "Find out which history is the set's own; move the other's objects away, then start the"
            + " archiver again");
  }
}
