package dev.tidemark.archive.plan;

/** How closely the planner looks at the objects that a plan needs. */
public enum PlanCheck {
  /** They are there and have the right sizes. */
  PRESENCE,
  /** The segments' headers are sound and say what the index says. */
  HEADERS,
  /** Every byte is read and counted again. */
  CONTENT
}
