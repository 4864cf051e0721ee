package dev.tidemark.restorer.account;

import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.archive.dump.CollectionMetadata;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.restorer.merge.CollectionSink;
import dev.tidemark.restorer.merge.MergeReport;
import dev.tidemark.restorer.merge.RestoreSink;
import dev.tidemark.restorer.merge.RestoredCollection;
import dev.tidemark.restorer.merge.UnitSink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Keeps the users and roles of a restored state, and gives everything else to another sink. They
 * are few, and held in memory.
 */
public final class AccountsSink implements RestoreSink {

  private final RestoreSink target;
  private final AccountSelection selection;
  private final Completion completion;
  private final Collection<Account> kept = new ConcurrentLinkedQueue<>();
  private final Map<AccountKind, CollectionMetadata> metadata = new EnumMap<>(AccountKind.class);

  /** What is done with them when all are known, before the other sink ends. */
  @FunctionalInterface
  public interface Completion {
    void complete(AccountsSink kept) throws IOException;
  }

  public AccountsSink(RestoreSink target, AccountSelection selection) {
    this(target, selection, kept -> {});
  }

  public AccountsSink(RestoreSink target, AccountSelection selection, Completion completion) {
    this.target = target;
    this.selection = selection;
    this.completion = completion;
  }

  /** Those that are selected; complete once the merge is. */
  public Accounts accounts() {
    return Accounts.of(kept);
  }

  /** What is known of their collections besides the documents. */
  public Map<AccountKind, CollectionMetadata> metadata() {
    return Map.copyOf(metadata);
  }

  @Override
  public boolean sequential() {
    return target.sequential();
  }

  @Override
  public void begin(List<RestoredCollection> collections) throws IOException {
    List<RestoredCollection> others = new ArrayList<>();
    for (RestoredCollection collection : collections) {
      AccountKind.in(collection.source())
          .ifPresentOrElse(
              kind -> metadata.put(kind, collection.metadata()), () -> others.add(collection));
    }
    target.begin(others);
  }

  @Override
  public CollectionSink open(RestoredCollection collection) throws IOException {
    AccountKind kind = AccountKind.in(collection.source()).orElse(null);
    return kind == null ? target.open(collection) : new KindSink(kind);
  }

  @Override
  public void finish(MergeReport report) throws IOException {
    completion.complete(this);
    target.finish(withoutAccounts(report));
  }

  /** The report of what went to the other sink. */
  public static MergeReport withoutAccounts(MergeReport report) {
    return report.only(written -> AccountKind.in(written.collection().source()).isEmpty());
  }

  /** Keeps the selected ones of a kind. */
  private final class KindSink implements CollectionSink {
    private final AccountKind kind;

    KindSink(AccountKind kind) {
      this.kind = kind;
    }

    @Override
    public UnitSink unit(String unit) {
      return new UnitSink() {
        @Override
        public void write(BsonSlice document) {
          Account account = Account.of(kind, document);
          if (selection.selects(account.name())) {
            kept.add(account);
          }
        }

        @Override
        public void complete(DocumentSum.Digest digest) {
          // They are written when all of them are known.
        }

        @Override
        public void close() {
          // Nothing is open.
        }
      };
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }
}
