package dev.tidemark.restorer.undo;

import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.optime.Optime;
import java.util.List;
import java.util.Set;

/** Which operations of one oplog are left out. Immutable, thread-safe. */
public final class LeftOut {

  /** Everything happens. */
  public static final LeftOut NOTHING = new LeftOut(SkipRules.NONE, Set.of(), List.of());

  private final SkipRules rules;
  private final Set<Optime> drops;
  private final List<UndoReport.Operations> operations;

  /**
   * @param rules what was asked for
   * @param drops the optimes of what goes with databases whose drop is left out
   * @param operations what is left out, for the report
   */
  LeftOut(SkipRules rules, Set<Optime> drops, List<UndoReport.Operations> operations) {
    this.rules = rules;
    this.drops = Set.copyOf(drops);
    this.operations = List.copyOf(operations);
  }

  public boolean isNothing() {
    return rules.isEmpty();
  }

  /** Whether an operation is left out. */
  public boolean has(OplogEntry operation, Optime effective) {
    return rules.match(operation, effective) != null
        || (drops.contains(effective) && DatabaseDrops.isDrop(operation));
  }

  /** What is left out. */
  public List<UndoReport.Operations> operations() {
    return operations;
  }
}
