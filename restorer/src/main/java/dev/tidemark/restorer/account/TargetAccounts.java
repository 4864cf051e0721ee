package dev.tidemark.restorer.account;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.lease.TargetLease;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.RawCursor;
import dev.tidemark.restorer.mongo.ServerFailures;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Merges users and roles into a deployment, as {@code mongorestore} does: they are written into
 * temporary collections, which the server then takes over with {@code _mergeAuthzCollections} (2.6
 * and later), so that it notices the change in its caches.
 *
 * <p>The temporary collections are of one holder of the lease. What earlier holders left, among it
 * what passwords are checked against, is dropped at the end: a merge that one of them had begun to
 * send removes everybody whom it does not find there.
 *
 * <p>Used by one thread.
 */
public final class TargetAccounts {

  private static final Logger LOG = LoggerFactory.getLogger(TargetAccounts.class);
  private static final int PER_INSERT = 100;

  private final Deployment target;
  private final TargetLease lease;

  public TargetAccounts(Deployment target, TargetLease lease) {
    this.target = target.onPrimary();
    this.lease = lease;
  }

  /**
   * Merges them and looks whether they are there.
   *
   * @throws TidemarkException TARGET_NOT_AUTHORIZED, TARGET_WRITE_FAILED, TARGET_UNREACHABLE or
   *     TARGET_LEASE_LOST
   */
  public MergedAccounts merge(Accounts wanted) {
    return merge(wanted, Accounts.NONE);
  }

  /**
   * The same, and removes some.
   *
   * @param gone those that are to be there no more
   */
  public MergedAccounts merge(Accounts wanted, Accounts gone) {
    if (wanted.isEmpty() && gone.isEmpty()) {
      return new MergedAccounts(
          0, 0, List.of("There were no users and no roles of the selected databases."));
    }
    try {
      AccountMerge merge = plan(wanted, gone);
      dropTemporary();
      carryOut(merge.steps());
      requireWritten(merge.written());
      requireGone(merge.removed());
      List<Account> there = new ArrayList<>(merge.written());
      there.addAll(merge.unchanged());
      Accounts result = Accounts.of(there);
      LOG.info(
          "{} users and {} roles are on {}", result.users().size(), result.roles().size(), target);
      return new MergedAccounts(result.users().size(), result.roles().size(), warnings(merge));
    } catch (MongoException e) {
      throw ServerFailures.ofTarget(e, "merge users and roles", target.toString());
    }
  }

  private AccountMerge plan(Accounts wanted, Accounts gone) {
    BsonDocument status =
        target
            .run("admin", new BsonDocument("connectionStatus", new BsonInt32(1)))
            .getDocument("authInfo", new BsonDocument());
    return new AccountMerge(
        wanted,
        gone,
        existing(),
        names(status.getArray("authenticatedUsers", new BsonArray()), AccountKind.USER),
        names(status.getArray("authenticatedUserRoles", new BsonArray()), AccountKind.ROLE));
  }

  private static List<AccountName> names(BsonArray listed, AccountKind kind) {
    return listed.stream()
        .map(value -> AccountName.read(value.asDocument(), kind.nameField()))
        .toList();
  }

  private Accounts existing() {
    List<Account> found = new ArrayList<>();
    for (AccountKind kind : AccountKind.values()) {
      BsonDocument find =
          new BsonDocument("find", new BsonString(kind.collection()))
              .append("readConcern", new BsonDocument("level", new BsonString("majority")));
      try (RawCursor cursor =
          RawCursor.open(target, AccountKind.DATABASE, find, new BsonDocument())) {
        for (BsonSlice document = cursor.next(); document != null; document = cursor.next()) {
          found.add(Account.of(kind, document));
        }
      }
    }
    return Accounts.of(found);
  }

  private void carryOut(List<AccountMerge.Step> steps) {
    try {
      steps.forEach(this::carryOut);
    } catch (RuntimeException e) {
      try {
        dropTemporary();
        dropOlder();
      } catch (RuntimeException then) {
        e.addSuppressed(then);
      }
      throw e;
    }
    dropOlder();
  }

  private void carryOut(AccountMerge.Step step) {
    BsonDocument command =
        new BsonDocument("_mergeAuthzCollections", new BsonInt32(1))
            .append("db", new BsonString(step.database()))
            .append("drop", BsonBoolean.valueOf(step.replacing()));
    for (AccountKind kind : step.kinds()) {
      // Of a kind that is given none there is no collection: the merge then finds nobody in it.
      insert(kind, step.given().of(kind));
      command.append(
          kind.mergeArgument(),
          new BsonString(AccountKind.DATABASE + "." + kind.temporary(lease.epoch())));
    }
    change(command);
    dropTemporary();
  }

  private void insert(AccountKind kind, List<Account> accounts) {
    for (int from = 0; from < accounts.size(); from += PER_INSERT) {
      BsonArray documents = new BsonArray();
      accounts
          .subList(from, Math.min(accounts.size(), from + PER_INSERT))
          .forEach(account -> documents.add(account.document()));
      BsonDocument insert =
          new BsonDocument("insert", new BsonString(kind.temporary(lease.epoch())))
              .append("documents", documents);
      // After a failover that took it back, the merge would remove who is not given to it.
      if (change(insert).containsKey("writeErrors")) {
        // Never with the server's words: they may repeat the document.
        throw refused(accounts.subList(from, Math.min(accounts.size(), from + PER_INSERT)));
      }
    }
  }

  private void dropTemporary() {
    for (AccountKind kind : AccountKind.values()) {
      drop(kind.temporary(lease.epoch()));
    }
  }

  private void dropOlder() {
    List<String> older = new ArrayList<>();
    BsonDocument list =
        new BsonDocument("listCollections", new BsonInt32(1)).append("nameOnly", BsonBoolean.TRUE);
    try (RawCursor cursor =
        RawCursor.open(target, AccountKind.DATABASE, list, new BsonDocument())) {
      for (BsonSlice next = cursor.next(); next != null; next = cursor.next()) {
        String name = next.find("name").string();
        for (AccountKind kind : AccountKind.values()) {
          if (kind.isOlderTemporary(name, lease.epoch())) {
            older.add(name);
          }
        }
      }
    }
    older.forEach(this::drop);
  }

  private void drop(String collection) {
    try {
      var unused = change(new BsonDocument("drop", new BsonString(collection)));
    } catch (MongoCommandException e) {
      if (e.getErrorCode() != ServerFailures.NAMESPACE_NOT_FOUND) {
        throw e;
      }
    }
  }

  private BsonDocument change(BsonDocument command) {
    return target.runForMajority(AccountKind.DATABASE, command, lease.remaining());
  }

  /** The server passes over what it cannot take, so its answer is not enough. */
  private void requireWritten(List<Account> written) {
    Accounts found = existing();
    List<Account> missing =
        written.stream().filter(account -> !found.of(account.kind()).contains(account)).toList();
    if (!missing.isEmpty()) {
      throw refused(missing);
    }
  }

  private void requireGone(List<Account> removed) {
    Accounts found = existing();
    List<String> left =
        removed.stream()
            .filter(
                account ->
                    found.of(account.kind()).stream()
                        .anyMatch(there -> there.name().equals(account.name())))
            .map(Account::toString)
            .toList();
    if (!left.isEmpty()) {
      throw new TidemarkException(
          RestorerError.TARGET_WRITE_FAILED,
          "The target does not remove " + String.join(", ", left),
          target.toString(),
          "The data is restored and verified. See the server's log, and drop them by hand");
    }
  }

  private TidemarkException refused(Collection<Account> accounts) {
    return new TidemarkException(
        RestorerError.TARGET_WRITE_FAILED,
        "The target does not take "
            + accounts.stream().map(Account::toString).collect(Collectors.joining(", ")),
        target.toString(),
        "The data is restored and verified. See the server's log, and create them by hand");
  }

  private List<String> warnings(AccountMerge merge) {
    List<String> warnings = new ArrayList<>();
    if (!merge.removed().isEmpty()) {
      warnings.add(
          "Removed, because they were there no more at the restored moment: "
              + merge.removed().stream().map(Account::toString).collect(Collectors.joining(", ")));
    }
    if (!merge.spared().isEmpty()) {
      warnings.add(
          "Left as they are on the target, because the restore acts by them: "
              + merge.spared().stream().map(Account::toString).collect(Collectors.joining(", ")));
    }
    Set<AccountName> missing = missing(merge.granted());
    if (!missing.isEmpty()) {
      warnings.add(
          "Granted to restored users or roles, but not on the target: role "
              + missing.stream().map(AccountName::toString).collect(Collectors.joining(", role ")));
    }
    return warnings;
  }

  /** Those that are not built in either. */
  private Set<AccountName> missing(Set<AccountName> roles) {
    Set<AccountName> missing = new TreeSet<>(roles);
    if (!missing.isEmpty()) {
      BsonArray asked = new BsonArray();
      for (AccountName role : missing) {
        asked.add(
            new BsonDocument("role", new BsonString(role.name()))
                .append("db", new BsonString(role.database())));
      }
      BsonDocument reply =
          target.run(AccountKind.DATABASE, limited(new BsonDocument("rolesInfo", asked)));
      for (BsonValue role : reply.getArray("roles")) {
        missing.remove(AccountName.read(role.asDocument(), AccountKind.ROLE.nameField()));
      }
    }
    return missing;
  }

  private BsonDocument limited(BsonDocument command) {
    return command.append("maxTimeMS", new BsonInt64(lease.remaining().toMillis()));
  }
}
