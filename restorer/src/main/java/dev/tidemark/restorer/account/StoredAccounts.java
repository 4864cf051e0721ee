package dev.tidemark.restorer.account;

import dev.tidemark.archive.dump.CollectionMetadata;
import dev.tidemark.archive.dump.DocumentStream;
import dev.tidemark.archive.dump.DocumentWriter;
import dev.tidemark.archive.dump.DumpWriter;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.restorer.merge.Base;
import dev.tidemark.restorer.merge.BaseCollection;
import dev.tidemark.restorer.merge.BaseRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Users and roles in dumps and snapshots, where they are collections of {@code admin}. */
public final class StoredAccounts {

  /** Tells mongorestore in which form the others are; servers do not log changes of it. */
  private static final String VERSION = "system.version";

  private StoredAccounts() {}

  /** The selected ones as a base holds them; entries after it may have changed them. */
  public static Accounts in(Base base, AccountSelection selection) throws IOException {
    List<Account> found = new ArrayList<>();
    for (BaseCollection collection : base.collections()) {
      AccountKind kind =
          AccountKind.in(collection.database() + "." + collection.name()).orElse(null);
      if (kind != null && !selection.isEmpty()) {
        for (BsonSlice document : documents(collection)) {
          Account account = Account.of(kind, document);
          if (selection.selects(account.name())) {
            found.add(account);
          }
        }
      }
    }
    return Accounts.of(found);
  }

  /**
   * Writes what was kept as mongodump does, so that mongorestore takes it.
   *
   * @param base where the version of their form is taken from
   */
  public static void write(AccountsSink kept, Base base, DumpWriter dump) throws IOException {
    Accounts accounts = kept.accounts();
    if (accounts.isEmpty()) {
      return;
    }
    for (Map.Entry<AccountKind, CollectionMetadata> kind : kept.metadata().entrySet()) {
      List<BsonSlice> documents = accounts.of(kind.getKey()).stream().map(Account::bytes).toList();
      write(dump, kind.getKey().collection(), kind.getValue(), documents);
    }
    for (BaseCollection collection : base.collections()) {
      if (collection.database().equals(AccountKind.DATABASE) && collection.name().equals(VERSION)) {
        write(dump, VERSION, collection.metadata(), documents(collection));
      }
    }
  }

  private static void write(
      DumpWriter dump, String collection, CollectionMetadata metadata, List<BsonSlice> documents)
      throws IOException {
    dump.metadata(AccountKind.DATABASE, collection, metadata);
    try (DocumentWriter file = dump.documents(AccountKind.DATABASE, collection)) {
      for (BsonSlice document : documents) {
        file.write(document);
      }
    }
  }

  private static List<BsonSlice> documents(BaseCollection collection) throws IOException {
    List<BsonSlice> documents = new ArrayList<>();
    for (BaseRange range : collection.ranges()) {
      try (DocumentStream stream = range.open()) {
        for (BsonSlice next = stream.next(); next != null; next = stream.next()) {
          documents.add(next.compact());
        }
      }
    }
    return documents;
  }
}
