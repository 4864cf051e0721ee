package dev.tidemark.archive.plan;

import dev.tidemark.archive.defect.Defect;
import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import java.util.List;

/**
 * The wanted moment cannot be restored. Tells what can, and which objects stand in the way.
 *
 * <p>Its code is {@code ARCHIVE_TARGET_UNREACHABLE}.
 */
public final class TargetUnreachableException extends ArchiveException {

  private static final long serialVersionUID = 1L;

  private final transient List<RestorableRange> restorable;
  private final transient List<Defect> defects;

  TargetUnreachableException(
      String reason, String where, List<RestorableRange> restorable, List<Defect> defects) {
    this(reason, where, restorable, defects, null);
  }

  TargetUnreachableException(
      String reason,
      String where,
      List<RestorableRange> restorable,
      List<Defect> defects,
      Throwable cause) {
    super(ArchiveError.ARCHIVE_TARGET_UNREACHABLE, reason, where, remedy(restorable), cause);
    this.restorable = List.copyOf(restorable);
    this.defects = List.copyOf(defects);
  }

  private static String remedy(List<RestorableRange> restorable) {
    return restorable.isEmpty()
        ? "No moment can be restored at present: run tidemark verify, and take a snapshot"
        : "What can be restored: "
            + String.join("; ", restorable.stream().map(Object::toString).toList());
  }

  /** The moments that can be restored instead, oldest first. */
  public List<RestorableRange> restorable() {
    return restorable;
  }

  /** Objects that a plan would need and that are damaged or gone. */
  public List<Defect> defects() {
    return defects;
  }
}
