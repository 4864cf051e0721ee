package dev.tidemark.restorer.rollforward;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.lease.TargetLease;
import dev.tidemark.restorer.merge.Base;
import dev.tidemark.restorer.merge.MergeReport;
import dev.tidemark.restorer.merge.MergeRestore;
import dev.tidemark.restorer.merge.NamespaceSelection;
import dev.tidemark.restorer.merge.RestoredCollection;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.sink.MongoRestoreSink;
import dev.tidemark.restorer.sink.ReadBack;
import dev.tidemark.restorer.sink.RestoreStage;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Rolls collections forward whose documents cannot be put in place one by one: capped ones, whose
 * order is data, and those whose collation may hold two keys equal that entries tell apart. Each is
 * merged from what it holds and from the entries into a new collection beside it, which then takes
 * its name in one step. Until that step the old one is as it was, so that an attempt that ended
 * midway is begun again.
 *
 * <p>What is beside is of one holder of the lease. The next one drops it before it looks what is
 * left to do, so that a step that an earlier one had begun to send finds nothing to take.
 */
final class WholeRebuild {

  private static final String BESIDE = "tidemark-";

  private final CatalogueCommand command;
  private final Deployment target;
  private final TargetLease lease;
  private final String request;
  private final ListedBase base;
  private final RollOptions options;

  /**
   * @param command makes the changes
   */
  WholeRebuild(CatalogueCommand command, String request, ListedBase base, RollOptions options) {
    this.command = command;
    this.target = command.target();
    this.lease = command.lease();
    this.request = request;
    this.base = base;
    this.options = options;
  }

  /** Makes the merge of a base into what is chosen of it. */
  interface Merges {
    MergeRestore of(Base base, NamespaceSelection chosen);
  }

  /** Is told how far it is. */
  interface Rebuilt {

    /** Everything that is left to be rebuilt is merged, and nothing of it has its name yet. */
    void onMerged(MergeReport report) throws IOException;

    /** A collection holds this now. */
    void onReplaced(RestoredCollection collection, MergeReport.Written written);
  }

  /**
   * Rebuilds those that are not rebuilt yet.
   *
   * @param collections that entries write into, under their final names and there by now
   * @param selection gave them these names
   */
  void run(
      List<RestoredCollection> collections,
      NamespaceSelection selection,
      Merges merges,
      Rebuilt rebuilt)
      throws IOException {
    Map<String, RestoredCollection> todo = new HashMap<>();
    Map<String, String> beside = new HashMap<>();
    dropOlder(collections);
    Map<String, UUID> there = uuids(collections);
    for (RestoredCollection collection : collections) {
      UUID uuid = collection.metadata().uuid().orElseThrow();
      if (uuid.equals(there.get(collection.namespace())) || !base.uuids().contains(uuid)) {
        String aside = beside(collection) + lease.epoch();
        todo.put(aside, collection);
        beside.put(collection.namespace(), aside);
      }
    }
    if (todo.isEmpty()) {
      return;
    }
    // Of its own for every holder: what an earlier one completed was beside, and is dropped.
    String progress = request + "/rebuilt-" + lease.epoch();
    MergeReport report;
    try (MongoRestoreSink sink =
        MongoRestoreSink.open(
            target,
            lease,
            progress,
            true,
            RestoreStage.UNTOUCHED,
            options.parallelism(),
            stage -> lease.remaining())) {
      report =
          merges
              .of(new HeldDocuments(base, target, todo.values()), onto(beside, selection))
              .run(sink);
    }
    rebuilt.onMerged(report);
    Map<String, UUID> made = uuids(todo.values());
    requireSame(todo.values(), there, made);
    for (MergeReport.Written written : report.collections()) {
      if (options.readBack()) {
        readBack(written);
      }
      RestoredCollection collection = todo.get(written.collection().namespace());
      String aside = written.collection().namespace();
      command.rename(
          aside,
          collection.namespace(),
          Optional.ofNullable(made.get(aside)),
          Optional.ofNullable(made.get(collection.namespace())));
      rebuilt.onReplaced(collection, written);
    }
    MongoRestoreSink.forgetProgress(target, lease, progress);
  }

  /** Only what has one of these names, under another one. */
  private static NamespaceSelection onto(Map<String, String> others, NamespaceSelection selection) {
    return new NamespaceSelection() {
      @Override
      public Optional<String> restoredAs(String namespace) {
        return selection.restoredAs(namespace).map(others::get);
      }

      @Override
      public Optional<String> besideRevived(String namespace) {
        return selection.besideRevived(namespace).map(others::get);
      }
    };
  }

  /** What all holders call what is beside a collection; an epoch follows. */
  private static String beside(RestoredCollection collection) {
    return collection.database() + "." + BESIDE + collection.metadata().uuid().orElseThrow() + "-";
  }

  private Map<String, UUID> uuids(Collection<RestoredCollection> collections) {
    return TargetState.uuids(
        target, collections.stream().map(RestoredCollection::database).collect(Collectors.toSet()));
  }

  /** Drops what earlier holders left beside. */
  private void dropOlder(Collection<RestoredCollection> collections) {
    for (String namespace : uuids(collections).keySet()) {
      boolean older =
          collections.stream()
              .map(WholeRebuild::beside)
              .filter(namespace::startsWith)
              .map(prefix -> namespace.substring(prefix.length()))
              .anyMatch(
                  epoch -> epoch.matches("\\d{1,18}") && Long.parseLong(epoch) < lease.epoch());
      if (older) {
        command.drop(namespace, Optional.empty());
      }
    }
  }

  /** What was merged goes to where its documents were read from, and nowhere else. */
  private void requireSame(
      Collection<RestoredCollection> todo, Map<String, UUID> read, Map<String, UUID> now) {
    for (RestoredCollection collection : todo) {
      String namespace = collection.namespace();
      if (!Objects.equals(read.get(namespace), now.get(namespace))) {
        // Most likely replaced by the next holder, and then this is to be told.
        var unused = lease.remaining();
        throw new TidemarkException(
            RestorerError.VERIFICATION_FAILED,
            "Another collection has taken the name of one while it was rolled forward: "
                + namespace,
            target.toString(),
            "Make sure that nobody else writes into the target, then send the request again with a"
                + " new id");
      }
    }
  }

  private void readBack(MergeReport.Written written) {
    ReadBack.Found found = new ReadBack(target).read(written.collection(), count -> {});
    if (!found.digest().equals(written.digest())
        || !written.ordered().map(found.ordered()::equals).orElse(true)) {
      throw new TidemarkException(
          RestorerError.VERIFICATION_FAILED,
          "What was read back differs from what was written: "
              + written.collection().namespace()
              + ", to become "
              + written.collection().source(),
          target.toString(),
          "Make sure that nobody else writes into the target, then send the request again with a"
              + " new id");
    }
  }
}
