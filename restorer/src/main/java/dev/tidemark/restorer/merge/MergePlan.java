package dev.tidemark.restorer.merge;

import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.archive.dump.CollectionMetadata;
import dev.tidemark.oplog.catalog.CatalogueEntry;
import dev.tidemark.oplog.catalog.CollectionType;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.oplog.txn.OpenTransaction;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.undo.UndoReport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What a restore will write, known after the scan.
 *
 * @param everything all collections and views, ordered by the namespace that they are restored to
 * @param runs those that have documents, by their number
 * @param runsById the same by the catalogue's identity
 * @param rules how their documents are folded
 * @param revived what exists because its end was left out
 * @param warnings what the operator should know
 */
record MergePlan(
    List<RestoredCollection> everything,
    List<CollectionRun> runs,
    Map<UUID, CollectionRun> runsById,
    FoldRules rules,
    List<UndoReport.Revived> revived,
    List<String> warnings) {

  static MergePlan of(
      Base base,
      Replay replay,
      Scan scan,
      NamespaceSelection selection,
      List<String> sourceWarnings) {
    Set<UUID> twice = listedTwice(base, replay);
    List<RestoredCollection> everything = new ArrayList<>();
    List<CollectionRun> runs = new ArrayList<>();
    Map<UUID, CollectionRun> runsById = new HashMap<>();
    List<String> warnings = new ArrayList<>(sourceWarnings);
    List<CatalogueEntry> alive = replay.alive();
    Set<String> revivedNames =
        alive.stream()
            .filter(CatalogueEntry::revived)
            .map(CatalogueEntry::namespace)
            .collect(Collectors.toSet());
    for (CatalogueEntry entry : alive) {
      Optional<String> name =
          !entry.revived() && revivedNames.contains(entry.namespace())
              ? selection.besideRevived(entry.namespace())
              : selection.restoredAs(entry.namespace());
      if (name.isEmpty()) {
        continue;
      }
      RestoredCollection restored = restored(entry, name.get());
      everything.add(restored);
      if (entry.type() != CollectionType.VIEW) {
        CollectionRun run =
            run(runs.size(), entry, restored, scan.of(entry.id()), twice.contains(entry.id()));
        runs.add(run);
        runsById.put(entry.id(), run);
        if (!entry.explained()) {
          warnings.add(
              "Neither the base nor an entry creates "
                  + entry.namespace()
                  + ": documents, options and indexes that it had before may be missing.");
        }
      }
    }
    gap(replay).ifPresent(warnings::add);
    everything.sort(Comparator.comparing(RestoredCollection::namespace));
    refuseNamesInUse(everything);
    warnings.addAll(undecided(replay.open()));
    return new MergePlan(
        List.copyOf(everything),
        List.copyOf(runs),
        Map.copyOf(runsById),
        rules(runs, scan),
        everything.stream()
            .filter(RestoredCollection::revived)
            .map(restored -> new UndoReport.Revived(restored.source(), restored.namespace()))
            .toList(),
        List.copyOf(warnings));
  }

  /** What was dropped may be back, but its name may have been given away meanwhile. */
  private static void refuseNamesInUse(List<RestoredCollection> sorted) {
    for (int i = 1; i < sorted.size(); i++) {
      RestoredCollection one = sorted.get(i - 1);
      RestoredCollection other = sorted.get(i);
      if (one.namespace().equals(other.namespace()) && (one.revived() || other.revived())) {
        String name = one.revived() ? one.source() : other.source();
        throw new TidemarkException(
            RestorerError.UNDO_NAME_IN_USE,
            "the undo revives "
                + name
                + ", but at the restored moment "
                + (one.revived() && other.revived()
                    ? "something else that it revives has the same name"
                    : "something newer is called " + one.namespace()),
            "namespace '" + one.namespace() + "'",
            "Restore it under another name: add `--rename "
                + name
                + "="
                + name
                + "_revived`. Or undo only one of the drops, or restore to a moment before the name"
                + " was taken");
      }
    }
  }

  /**
   * Collections that a dump taken by names holds under two of them, because they were renamed
   * meanwhile. Some documents may then be there twice, so all have to pass through the overlay.
   */
  private static Set<UUID> listedTwice(Base base, Replay replay) {
    Set<UUID> once = new HashSet<>();
    Set<UUID> twice = new HashSet<>();
    for (int i = 0; i < base.collections().size(); i++) {
      UUID id = replay.seeded().get(i);
      if (id != null && !base.collections().get(i).ranges().isEmpty() && !once.add(id)) {
        twice.add(id);
      }
    }
    return twice;
  }

  private static RestoredCollection restored(CatalogueEntry entry, String name) {
    int dot = name.indexOf('.');
    return new RestoredCollection(
        entry.namespace(),
        name.substring(0, dot),
        name.substring(dot + 1),
        new CollectionMetadata(entry.type().text(), entry.options(), entry.indexes(), entry.uuid()),
        entry.revived());
  }

  private static CollectionRun run(
      int number,
      CatalogueEntry entry,
      RestoredCollection restored,
      Scan.Footprint footprint,
      boolean listedTwice) {
    boolean evicting = footprint != null && footprint.evictsSilently();
    Optional<CappedLimits> capped =
        entry.isCapped()
            ? Optional.of(CappedLimits.of(entry.options(), evicting))
            : Optional.empty();
    boolean allTouched =
        capped.isPresent() || listedTwice || (footprint != null && footprint.truncated());
    return new CollectionRun(
        number, restored, capped, footprint == null ? null : footprint.keys(), allTouched);
  }

  private static FoldRules rules(List<CollectionRun> runs, Scan scan) {
    FoldRules.Traits[] traits =
        runs.stream()
            .map(
                run ->
                    new FoldRules.Traits(
                        run.restored().source(),
                        run.capped().isPresent(),
                        run.capped().map(CappedLimits::evicting).orElse(false)))
            .toArray(FoldRules.Traits[]::new);
    return new FoldRules(scan.order(), traits);
  }

  /** The entry at the base's start belongs to a whole oplog, or the next one that there can be. */
  private static Optional<String> gap(Replay replay) {
    return replay
        .first()
        .filter(first -> replay.start().map(Optime::next).map(first::isAfter).orElse(false))
        .map(
            first ->
                "The oplog begins at "
                    + first
                    + ", after "
                    + replay.start().orElseThrow()
                    + ", where the base begins: entries between them, if there were any, are"
                    + " missing.");
  }

  private static List<String> undecided(List<OpenTransaction> open) {
    return open.stream()
        .filter(OpenTransaction::prepared)
        .map(
            transaction ->
                "A transaction prepared at "
                    + transaction.last()
                    + " was neither committed nor aborted in the entries that were read; its "
                    + transaction.operations()
                    + " operations are left out.")
        .toList();
  }

  /** The run of a collection; null if it is not restored. */
  CollectionRun run(UUID collection) {
    return collection == null ? null : runsById.get(collection);
  }

  /** What was written, ordered by namespace. */
  List<MergeReport.Written> written() {
    Map<RestoredCollection, MergeReport.Written> byCollection = new HashMap<>();
    for (CollectionRun run : runs) {
      byCollection.put(run.restored(), run.written());
    }
    return everything.stream()
        .map(
            restored ->
                byCollection.getOrDefault(
                    restored,
                    new MergeReport.Written(restored, DocumentSum.Digest.EMPTY, Optional.empty())))
        .toList();
  }
}
