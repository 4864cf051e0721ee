package dev.tidemark.archiver.retention;

import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.retention.Compaction;
import dev.tidemark.archive.retention.Decision;
import dev.tidemark.archive.retention.Retention;
import dev.tidemark.archive.retention.RetentionPolicy;
import dev.tidemark.archive.segment.SegmentFormat;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a cluster's retention, and of compaction before it if that is wanted.
 *
 * @param index of the cluster
 * @param policy what is kept
 * @param compact whether small segments of finished hours are replaced by one
 * @param spool a local directory for compaction
 */
public record RetentionRun(
    ArchiveIndex index, RetentionPolicy policy, boolean compact, Path spool, InstantSource clock) {

  private static final Logger LOG = LoggerFactory.getLogger(RetentionRun.class);

  /**
   * Does it; may be done again at any time. A set that cannot be compacted, because a segment of it
   * is damaged, does not keep the others from it, nor anything from being deleted.
   *
   * @return the bytes that were deleted
   * @throws ArchiveException if something failed, after everything else was done
   */
  public long run() {
    Optional<ArchiveException> failure = compact ? compactAll() : Optional.empty();
    long deleted = retain();
    if (failure.isPresent()) {
      throw failure.get();
    }
    return deleted;
  }

  private Optional<ArchiveException> compactAll() {
    Compaction compaction =
        new Compaction(index, spool, SegmentFormat.defaults(), policy.grace(), clock);
    Optional<ArchiveException> first = Optional.empty();
    for (ReplicaSetRef set : index.sets()) {
      try {
        int replaced = compaction.compact(set).stream().mapToInt(c -> c.replaced().size()).sum();
        LOG.info("{} small segments of {} were replaced by compacted ones", replaced, set);
      } catch (ArchiveException e) {
        if (e.isRetriable()) {
          throw e;
        }
        LOG.error("{} cannot be compacted", set, e);
        first = first.or(() -> Optional.of(e));
      }
    }
    return first;
  }

  private long retain() {
    List<Decision> decisions = new Retention(index, policy, clock).run();
    for (Decision decision : decisions) {
      if (decision.verdict() != Decision.Verdict.KEEP) {
        LOG.info(
            "{} {} {}, {} bytes: {}",
            decision.verdict(),
            decision.subject(),
            decision.name(),
            decision.bytes(),
            decision.reason());
      }
    }
    return decisions.stream()
        .filter(decision -> decision.verdict() == Decision.Verdict.DELETE)
        .mapToLong(Decision::bytes)
        .sum();
  }
}
