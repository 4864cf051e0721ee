package dev.tidemark.restorer.restore;

import dev.tidemark.oplog.txn.CommitDecision;
import dev.tidemark.restorer.merge.RestoredCollection;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What a replica set of a cluster has to know of the others.
 *
 * @param decisions the commits of prepared transactions that the oplogs of all sets record
 * @param elsewhere what is restored on the other sets, on which views of this one may be; empty if
 *     it was not looked up because nothing gets another name
 */
record InCluster(
    Collection<CommitDecision> decisions, Optional<List<RestoredCollection>> elsewhere) {

  InCluster {
    decisions = List.copyOf(decisions);
    elsewhere = elsewhere.map(List::copyOf);
  }

  /** Before the sets were compared. */
  static InCluster of(Collection<CommitDecision> decisions) {
    return new InCluster(decisions, Optional.empty());
  }
}
