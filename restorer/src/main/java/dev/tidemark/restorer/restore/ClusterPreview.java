package dev.tidemark.restorer.restore;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.merge.MergeListener;
import dev.tidemark.restorer.merge.MergePreview;
import dev.tidemark.restorer.merge.RestoredCollection;
import dev.tidemark.restorer.undo.ClusterSkips;
import dev.tidemark.restorer.undo.SkipMatches;
import dev.tidemark.restorer.undo.SkipRules;
import dev.tidemark.restorer.undo.UndoReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the replica sets of a cluster come to together, found out before any target is touched: what
 * a request leaves out of which of them, and that its names make sense over all of them.
 *
 * @param restores with what is left out of each, and under names that agree
 * @param undo what would be left out of each, in the order of the restores; empty if nothing is
 */
record ClusterPreview(List<PlannedRestore> restores, List<UndoReport> undo) {

  ClusterPreview {
    restores = List.copyOf(restores);
    undo = List.copyOf(undo);
  }

  /**
   * Reads the entries of every set, if the request leaves anything out or names anything. A replica
   * set that stands alone has nobody to agree with.
   *
   * @param planned the restores of all replica sets
   * @throws TidemarkException one of {@code UNDO_…}; REQUEST_UNKNOWN_NAMESPACE if a name stands for
   *     nothing on any set; REQUEST_MALFORMED if different collections would get one name
   */
  static ClusterPreview of(List<PlannedRestore> planned, MergeListener listener)
      throws IOException {
    PlannedRestore first = planned.get(0);
    SkipRules asked = first.skip();
    asked.requireSetsAmong(planned.stream().map(PlannedRestore::setName).toList());
    if (planned.size() == 1 || (asked.isEmpty() && !first.selection().namesAnything())) {
      return new ClusterPreview(planned, List.of());
    }
    List<PlannedRestore> divided = asked.isEmpty() ? planned : divide(planned, asked, listener);
    List<MergePreview> previews = new ArrayList<>();
    for (PlannedRestore restore : divided) {
      previews.add(preview(restore, listener));
    }
    return new ClusterPreview(
        named(divided, previews),
        asked.isEmpty() ? List.of() : previews.stream().map(MergePreview::undo).toList());
  }

  private static List<PlannedRestore> divide(
      List<PlannedRestore> planned, SkipRules asked, MergeListener listener) throws IOException {
    Map<String, SkipMatches> found = new LinkedHashMap<>();
    for (PlannedRestore restore : planned) {
      SkipRules concerning = asked.concerning(restore.setName());
      found.put(restore.setName(), matches(restore.leavingOut(concerning), listener));
    }
    Map<String, SkipRules> divided =
        ClusterSkips.divide(asked, found, planned.get(0).cluster().orElseThrow().decisions());
    return planned.stream()
        .map(restore -> restore.leavingOut(divided.get(restore.setName())))
        .toList();
  }

  private static SkipMatches matches(PlannedRestore restore, MergeListener listener)
      throws IOException {
    try {
      return restore.merge(listener).matches();
    } catch (TidemarkException e) {
      throw onSet(restore, e);
    }
  }

  private static MergePreview preview(PlannedRestore restore, MergeListener listener)
      throws IOException {
    try {
      return restore.merge(listener).preview();
    } catch (TidemarkException e) {
      throw onSet(restore, e);
    }
  }

  private static TidemarkException onSet(PlannedRestore restore, TidemarkException e) {
    String set = "replica set " + restore.setName();
    return new TidemarkException(
        e.code(), e.reason(), e.where().isEmpty() ? set : set + ", " + e.where(), e.remedy(), e);
  }

  /** What is restored of one replica set, by the names that agree with those of the others. */
  private record OfSet(
      PlannedRestore restore, RestoreSelection names, List<RestoredCollection> collections) {}

  /** Gives every set the names that it restores under, and what the others restore. */
  private static List<PlannedRestore> named(
      List<PlannedRestore> restores, List<MergePreview> previews) {
    Set<String> revived = new HashSet<>();
    previews.forEach(preview -> revived.addAll(revived(preview)));
    List<OfSet> sets = new ArrayList<>();
    for (int i = 0; i < restores.size(); i++) {
      sets.add(ofSet(restores.get(i), previews.get(i), revived));
    }
    requireSense(sets);
    return sets.stream().map(set -> beside(set, sets)).toList();
  }

  private static Set<String> revived(MergePreview preview) {
    return preview.undo().revived().stream()
        .map(UndoReport.Revived::namespace)
        .collect(Collectors.toSet());
  }

  private static OfSet ofSet(PlannedRestore restore, MergePreview preview, Set<String> revived) {
    Set<String> elsewhere = new HashSet<>(revived);
    elsewhere.removeAll(revived(preview));
    RestoreSelection names = restore.selection().besideRevivedElsewhere(elsewhere);
    List<RestoredCollection> collections =
        preview.collections().stream()
            .map(
                collection ->
                    elsewhere.contains(collection.source())
                        ? collection.as(names.restoredAs(collection.source()).orElseThrow())
                        : collection)
            .toList();
    return new OfSet(restore, names, collections);
  }

  private static void requireSense(List<OfSet> sets) {
    List<RestoredCollection> all =
        sets.stream().flatMap(set -> set.collections().stream()).toList();
    sets.get(0).restore().selection().requireKnown(all);
    Map<String, RestoredCollection> byName = new HashMap<>();
    for (RestoredCollection collection : all) {
      RestoredCollection other = byName.putIfAbsent(collection.namespace(), collection);
      if (other != null && !other.source().equals(collection.source())) {
        throw new TidemarkException(
            RestorerError.REQUEST_MALFORMED,
            "two collections on different replica sets would be restored as "
                + collection.namespace(),
            other.source() + ", " + collection.source(),
            "Rename one of them to something else");
      }
      if (other != null
          && other.revived() != collection.revived()
          && !other.metadata().uuid().equals(collection.metadata().uuid())) {
        throw new TidemarkException(
            RestorerError.UNDO_NAME_IN_USE,
            "the undo revives "
                + collection.source()
                + " on one replica set, but at the restored moment something newer has that name"
                + " on another one",
            "namespace '" + collection.namespace() + "'",
            "Restore it under another name: add `--rename "
                + collection.source()
                + "="
                + collection.source()
                + "_revived`, or restore to a moment before the name was taken");
      }
    }
  }

  private static PlannedRestore beside(OfSet set, List<OfSet> sets) {
    List<RestoredCollection> elsewhere =
        sets.stream()
            .filter(other -> !other.restore().setName().equals(set.restore().setName()))
            .flatMap(other -> other.collections().stream())
            .toList();
    RestoreSelection.requireDistinct(set.collections());
    // What it refuses is refused now; the views are looked at again when they are written.
    var unused = RenamedViews.ofSet(set.collections(), Optional.of(elsewhere));
    return set.restore()
        .beside(
            set.names(),
            new InCluster(
                set.restore().cluster().orElseThrow().decisions(), Optional.of(elsewhere)));
  }
}
