package dev.tidemark.restorer.rollforward;

import dev.tidemark.restorer.merge.NamespaceSelection;
import dev.tidemark.restorer.merge.OplogSource;
import dev.tidemark.restorer.merge.ReplayTarget;
import dev.tidemark.restorer.merge.RestoredCollection;
import dev.tidemark.restorer.undo.SkipRules;
import java.util.List;

/**
 * What a base is rolled forward to.
 *
 * @param oplog from the oldest transaction on that was open at the base's moment
 * @param to up to where entries are applied
 * @param selection under which names, none of those that belong to a deployment; everything else
 *     stays as the base brought it
 * @param skip what is left out
 * @param naming what the names of the selection mean for all of it together
 */
public record RollGoal(
    OplogSource oplog,
    ReplayTarget to,
    NamespaceSelection selection,
    SkipRules skip,
    Naming naming) {

  /** Everything that happened, under these names. */
  public RollGoal(OplogSource oplog, ReplayTarget to, NamespaceSelection selection) {
    this(oplog, to, selection, SkipRules.NONE, collections -> collections);
  }

  /** Looks at everything that is selected. */
  @FunctionalInterface
  public interface Naming {

    /**
     * The same with views on what their collections are called.
     *
     * @throws dev.tidemark.oplog.error.TidemarkException REQUEST_UNKNOWN_NAMESPACE,
     *     REQUEST_MALFORMED or REQUEST_NOT_SUPPORTED if the names make no sense at the wanted
     *     moment
     */
    List<RestoredCollection> of(List<RestoredCollection> collections);
  }
}
