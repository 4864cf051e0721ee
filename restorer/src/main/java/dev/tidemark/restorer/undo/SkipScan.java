package dev.tidemark.restorer.undo;

import dev.tidemark.oplog.catalog.Catalogue;
import dev.tidemark.oplog.catalog.CatalogueEntry;
import dev.tidemark.oplog.catalog.CollectionType;
import dev.tidemark.oplog.entry.OpKind;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.oplog.txn.OperationSink;
import dev.tidemark.oplog.txn.TransactionId;
import dev.tidemark.oplog.update.UpdateForm;
import dev.tidemark.restorer.RestorerError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Goes through an oplog as it is and finds what rules leave out of it, before anything is folded:
 * the drops that belong to the drop of a database lie before it. Refuses what cannot be left out.
 * Not thread-safe.
 */
public final class SkipScan implements OperationSink {

  /** Namespaces and kinds that are told apart in a report. */
  private static final int LISTED = 100;

  private static final String OTHERS = "*";

  private final SkipRules rules;
  private final Catalogue catalogue;
  private final Optime baseEnd;
  private final Set<SkipRule> matched = new HashSet<>();
  private final Set<Optime> drops = new HashSet<>();
  private final DatabaseDrops databases = new DatabaseDrops();
  private final Map<Row, UndoReport.Operations> operations = new LinkedHashMap<>();
  private final Map<TransactionId, SkipMatches.Prepared> prepared = new HashMap<>();
  private Transaction transaction;

  /** A line of the report. */
  private record Row(String rule, Subject subject) {}

  /** What is known so far of the transaction whose operations come. */
  private static final class Transaction {
    private final Optional<TransactionId> prepared;
    private final Optime commit;
    private String kept;
    private String leftOut;
    private SkipRule rule;

    Transaction(Optional<TransactionId> prepared, Optime commit) {
      this.prepared = prepared;
      this.commit = commit;
    }
  }

  /**
   * @param catalogue of the base, which follows the oplog from here on
   * @param baseEnd where the base was complete: documents may show what happened before
   * @param target the last optime that is restored
   * @throws TidemarkException UNDO_BEFORE_BASE_END or UNDO_NO_SUCH_ENTRY if a rule lies outside of
   *     what is replayed
   */
  public SkipScan(SkipRules rules, Catalogue catalogue, Optime baseEnd, Optime target) {
    this.rules = rules;
    this.catalogue = catalogue;
    this.baseEnd = baseEnd;
    rules.requireBehind(baseEnd);
    for (SkipRule rule : rules.all()) {
      if (rule.from().isAfter(target)) {
        throw noSuchEntry("'" + rule.text() + "' lies after " + target + ", which is restored");
      }
    }
  }

  @Override
  public void accept(OplogEntry operation, Optime effective) {
    SkipRule rule = rules.match(operation, effective);
    List<DatabaseDrops.Drop> before = databases.follow(operation, effective, rule != null);
    if (transaction != null) {
      note(operation, rule);
    }
    if (rule == null) {
      catalogue.apply(operation, effective);
      return;
    }
    UUID collection = catalogue.leaveOut(operation, effective);
    refuseInseparable(operation, effective, collection);
    rules.matching(operation, effective).forEach(matched::add);
    count(rule, Subject.of(operation), effective);
    for (DatabaseDrops.Drop drop : before) {
      if (!drop.leftOut()) {
        requireBehind(baseEnd, drop.optime(), rule.text());
        drops.add(drop.optime());
        count(rule, drop.subject(), drop.optime());
      }
    }
  }

  @Override
  public void transactionBegins(
      Optional<TransactionId> prepared, Optime effective, List<Optime> parts) {
    transaction = new Transaction(prepared, effective);
    for (Optime part : parts) {
      SkipRule rule = rules.naming(part);
      if (rule != null && !part.equals(effective)) {
        throw refused(
            part + " is a part of the transaction that commits at " + effective,
            "optime " + part,
            "Skip " + effective + " to undo the whole transaction");
      }
    }
  }

  private void note(OplogEntry operation, SkipRule rule) {
    String subject = Subject.of(operation).toString();
    if (rule == null) {
      transaction.kept = subject;
    } else {
      transaction.leftOut = subject;
      transaction.rule = rule;
    }
    if (transaction.kept != null && transaction.leftOut != null) {
      throw refused(
          "a range holds parts of a transaction only: "
              + transaction.leftOut
              + ", but not "
              + transaction.kept,
          "transaction that commits at " + transaction.commit,
          "Skip "
              + transaction.commit
              + " to undo the whole transaction, or end the range before it and begin another"
              + " behind it");
    }
  }

  @Override
  public void transactionEnds() {
    Optional<SkipRule> rule = Optional.ofNullable(transaction.rule);
    Optime commit = transaction.commit;
    transaction.prepared.ifPresent(id -> prepared.put(id, new SkipMatches.Prepared(commit, rule)));
    transaction = null;
  }

  /** What follows would mean nothing without it. */
  private void refuseInseparable(OplogEntry operation, Optime effective, UUID collection) {
    Optional<CatalogueEntry> entry =
        collection == null || operation.kind() == OpKind.INSERT
            ? Optional.empty()
            : catalogue.find(collection);
    if (entry.isEmpty()) {
      return;
    }
    if (operation.kind() == OpKind.UPDATE
        && entry.get().type() == CollectionType.TIMESERIES
        && UpdateForm.of(operation.o()) != UpdateForm.REPLACEMENT) {
      throw refused(
          "a change inside a bucket of time-series collection "
              + entry.get().namespace()
              + " cannot be left out: later ones patch what it left",
          "optime " + effective,
          "Restore to " + effective.previous() + ", or leave the collection out of the range");
    }
    if (operation.kind() == OpKind.DELETE && entry.get().isCapped()) {
      throw refused(
          "a document that left capped collection "
              + entry.get().namespace()
              + " cannot be brought back: there was no room for it",
          "optime " + effective,
          "Restore to " + effective.previous() + ", or leave the collection out of the range");
    }
  }

  private void count(SkipRule rule, Subject subject, Optime effective) {
    Row row = new Row(rule.text(), subject);
    if (!operations.containsKey(row) && operations.size() >= LISTED) {
      row = new Row(rule.text(), new Subject(OTHERS, subject.operation()));
    }
    operations.merge(
        row,
        new UndoReport.Operations(
            row.rule(), row.subject().namespace(), subject.operation(), 1, effective, effective),
        SkipScan::sum);
  }

  private static UndoReport.Operations sum(UndoReport.Operations one, UndoReport.Operations other) {
    boolean ordered = one.first().isBefore(other.first());
    return new UndoReport.Operations(
        one.rule(),
        one.namespace(),
        one.operation(),
        one.count() + other.count(),
        ordered ? one.first() : other.first(),
        one.last().isAfter(other.last()) ? one.last() : other.last());
  }

  /**
   * What is left out; every operation was given.
   *
   * @throws TidemarkException UNDO_NO_SUCH_ENTRY if a rule leaves nothing out
   */
  public LeftOut leftOut() {
    List<String> idle = new ArrayList<>();
    for (SkipRule rule : rules.all()) {
      if (!matched.contains(rule)) {
        idle.add("'" + rule.text() + "'");
      }
    }
    if (!idle.isEmpty()) {
      throw noSuchEntry("nothing takes effect at " + String.join(", ", idle));
    }
    return new LeftOut(rules, drops, List.copyOf(operations.values()));
  }

  /** What the rules found; every operation was given. Rules may have found nothing. */
  public SkipMatches matches() {
    return new SkipMatches(baseEnd, matched, prepared);
  }

  static void requireBehind(Optime baseEnd, Optime optime, String rule) {
    if (!optime.isAfter(baseEnd)) {
      throw new TidemarkException(
          RestorerError.UNDO_BEFORE_BASE_END,
          "what happened at "
              + optime
              + " cannot be left out ('"
              + rule
              + "'): the base was read until "
              + baseEnd
              + " and may show it",
          "",
          "Start from an earlier base, or begin the range after " + baseEnd);
    }
  }

  static TidemarkException noSuchEntry(String reason) {
    return new TidemarkException(
        RestorerError.UNDO_NO_SUCH_ENTRY,
        reason,
        "",
        "Look entries up with 'tidemark oplog': of a transaction, name the entry that commits it;"
            + " noops and aborted transactions have no effect");
  }

  static TidemarkException refused(String reason, String where, String remedy) {
    return new TidemarkException(RestorerError.UNDO_REFUSED, reason, where, remedy);
  }
}
