package dev.tidemark.archiver.retention;

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
   * Does it; may be done again at any time.
   *
   * @return the bytes that were deleted
   */
  public long run() {
    if (compact) {
      Compaction compaction =
          new Compaction(index, spool, SegmentFormat.defaults(), policy.grace(), clock);
      for (ReplicaSetRef set : index.sets()) {
        int replaced = compaction.compact(set).stream().mapToInt(c -> c.replaced().size()).sum();
        LOG.info("{} small segments of {} were replaced by compacted ones", replaced, set);
      }
    }
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
