package dev.tidemark.archive.defect;

import java.util.Objects;

/**
 * Something that is wrong with an archive.
 *
 * @param kind what sort of thing
 * @param where the object's key; for a missing piece of the chain the replica set's folder
 * @param problem what is wrong, a sentence without its full stop
 */
public record Defect(DefectKind kind, String where, String problem) {

  public Defect {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(where, "where");
    Objects.requireNonNull(problem, "problem");
  }

  @Override
  public String toString() {
    return kind + " " + where + ": " + problem;
  }
}
