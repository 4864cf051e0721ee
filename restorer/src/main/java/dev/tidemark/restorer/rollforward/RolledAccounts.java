package dev.tidemark.restorer.rollforward;

import dev.tidemark.restorer.account.AccountKind;
import dev.tidemark.restorer.account.AccountSelection;
import dev.tidemark.restorer.account.Accounts;
import dev.tidemark.restorer.account.AccountsSink;
import dev.tidemark.restorer.account.StoredAccounts;
import dev.tidemark.restorer.merge.CollectionSink;
import dev.tidemark.restorer.merge.MergeListener;
import dev.tidemark.restorer.merge.MergeReport;
import dev.tidemark.restorer.merge.MergeRestore;
import dev.tidemark.restorer.merge.NamespaceSelection;
import dev.tidemark.restorer.merge.RestoreSink;
import dev.tidemark.restorer.merge.RestoredCollection;
import dev.tidemark.restorer.mongo.Deployment;
import java.io.IOException;
import java.util.List;

/**
 * The users and roles of a base, rolled forward in memory: a server takes them only by a command of
 * its own. When an earlier attempt has put them on the target already, the entries lead from there
 * to the same.
 *
 * @param wanted those of the wanted moment
 * @param gone those that the target holds and that moment does not
 */
public record RolledAccounts(Accounts wanted, Accounts gone) {

  static final RolledAccounts NONE = new RolledAccounts(Accounts.NONE, Accounts.NONE);

  private static final NamespaceSelection ACCOUNTS =
      namespace -> AccountKind.in(namespace).map(kind -> namespace);

  static RolledAccounts of(
      ListedBase base,
      Deployment target,
      RollGoal goal,
      AccountSelection selection,
      RollOptions options,
      MergeListener listener)
      throws IOException {
    List<RestoredCollection> collections =
        base.collections().stream()
            .filter(collection -> AccountKind.in(collection.namespace()).isPresent())
            .map(
                collection ->
                    new RestoredCollection(
                        collection.namespace(),
                        collection.database(),
                        collection.name(),
                        collection.metadata()))
            .toList();
    HeldDocuments held = new HeldDocuments(base, target, collections);
    Accounts before = StoredAccounts.in(held, selection);
    AccountsSink sink = new AccountsSink(new NothingElse(), selection);
    var unused =
        new MergeRestore(
                held,
                goal.oplog(),
                goal.to(),
                ACCOUNTS,
                options.fold(),
                listener.uncounted(),
                goal.skip())
            .run(sink);
    return new RolledAccounts(sink.accounts(), before.without(sink.accounts()));
  }

  /** Where what is no user and no role would go. */
  private static final class NothingElse implements RestoreSink {

    @Override
    public boolean sequential() {
      return true;
    }

    @Override
    public void begin(List<RestoredCollection> collections) {
      if (!collections.isEmpty()) {
        throw new IllegalStateException("only users and roles are selected: " + collections);
      }
    }

    @Override
    public CollectionSink open(RestoredCollection collection) {
      throw new IllegalStateException("only users and roles are selected: " + collection);
    }

    @Override
    public void finish(MergeReport report) {
      // They are kept by the sink before this one.
    }
  }
}
