package dev.tidemark.archive.verify;

import dev.tidemark.archive.defect.Defect;
import dev.tidemark.archive.plan.ArchiveContents;
import java.util.List;

/**
 * What a verification found.
 *
 * @param contents what the archive holds
 * @param deep whether every byte was read
 * @param segments segments that were looked at
 * @param entries entries that their headers state
 * @param bytes bytes of the objects, snapshots included
 * @param defects everything that is wrong, each once; empty if the archive is sound
 */
public record VerifyReport(
    ArchiveContents contents,
    boolean deep,
    long segments,
    long entries,
    long bytes,
    List<Defect> defects) {

  public VerifyReport {
    defects = List.copyOf(defects);
  }

  public boolean isSound() {
    return defects.isEmpty();
  }
}
