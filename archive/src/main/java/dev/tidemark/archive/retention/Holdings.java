package dev.tidemark.archive.retention;

import dev.tidemark.archive.index.SetIndex;
import dev.tidemark.archive.index.Tombstone;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.plan.ArchiveContents;
import dev.tidemark.archive.plan.RestorableRanges;
import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.snapshot.SnapshotSetManifest;
import dev.tidemark.archive.snapshot.UnfinishedSnapshots;
import dev.tidemark.archive.store.ObjectInfo;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.verify.SnapshotInspection;
import dev.tidemark.oplog.optime.Optime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What there is to decide about.
 *
 * @param contents snapshots and segments
 * @param damaged ids of snapshots that lack objects
 * @param tombstones those that can be read, by their keys
 * @param buriedBytes sizes of the objects that tombstones name and that are still there
 * @param unfinished objects of snapshots without a manifest, by snapshot id
 * @param work what restores have set aside, by the name of their folder
 * @param pins of running restores
 */
record Holdings(
    ArchiveContents contents,
    Set<String> damaged,
    Map<String, Tombstone> tombstones,
    Map<String, Long> buriedBytes,
    Map<String, List<ObjectInfo>> unfinished,
    Map<String, List<ObjectInfo>> work,
    List<Pin> pins) {

  static Holdings read(ObjectStore store, ArchiveContents contents, Instant now) {
    ObjectKeys keys = contents.keys();
    SnapshotInspection inspection = new SnapshotInspection(store, keys);
    Set<String> damaged = new HashSet<>();
    for (SnapshotManifest snapshot : contents.snapshots()) {
      if (!inspection.presence(snapshot).isEmpty()) {
        damaged.add(snapshot.snapshotId());
      }
    }
    Map<String, Tombstone> tombstones = new LinkedHashMap<>();
    Map<String, Long> buried = new HashMap<>();
    for (SetIndex set : contents.indexes().values()) {
      List<String> readable = new ArrayList<>(tombstoneKeys(store, keys, set.set()));
      readable.removeAll(set.unclear().tombstones().keySet());
      for (String key : readable) {
        Tombstone.read(store, key).ifPresent(tombstone -> tombstones.put(key, tombstone));
      }
    }
    for (Tombstone tombstone : tombstones.values()) {
      for (String object : tombstone.keys()) {
        store.head(object).ifPresent(info -> buried.put(object, info.size()));
      }
    }
    return new Holdings(
        contents,
        damaged,
        tombstones,
        buried,
        UnfinishedSnapshots.find(store, keys),
        work(store, keys),
        new PinBoard(store, keys).active(now));
  }

  /** The snapshots that can be restored, at their END at least. */
  List<SnapshotManifest> good() {
    return contents.snapshots().stream()
        .filter(this::isWhole)
        .filter(s -> RestorableRanges.reach(s, contents.histories()).isPresent())
        .toList();
  }

  /** Whether a snapshot has all of its objects. */
  boolean isWhole(SnapshotManifest snapshot) {
    return !damaged.contains(snapshot.snapshotId());
  }

  /** The moment from which on a snapshot can be restored. */
  static Optime end(SnapshotManifest snapshot) {
    return snapshot.sets().stream()
        .map(SnapshotSetManifest::end)
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  private static Map<String, List<ObjectInfo>> work(ObjectStore store, ObjectKeys keys) {
    Map<String, List<ObjectInfo>> work = new LinkedHashMap<>();
    for (String restore : store.folders(keys.workFoldersPrefix())) {
      if (ObjectKeys.isName(restore)) {
        try (Stream<ObjectInfo> listed = store.list(keys.workPrefix(restore))) {
          work.put(restore, listed.toList());
        }
      }
    }
    return work;
  }

  /**
   * Whether a restore runs that has put up a pin.
   *
   * @param folder what it has set aside: named like the pin, or with more behind a dot
   */
  boolean isRunning(String folder) {
    return pins.stream()
        .map(Pin::restoreId)
        .anyMatch(restore -> folder.equals(restore) || folder.startsWith(restore + "."));
  }

  private static List<String> tombstoneKeys(ObjectStore store, ObjectKeys keys, ReplicaSetRef set) {
    try (Stream<ObjectInfo> listed = store.list(keys.tombstonePrefix(set))) {
      return listed
          .map(ObjectInfo::key)
          .filter(key -> keys.parseTombstone(set, key).isPresent())
          .toList();
    }
  }

  /** The restore that holds on to an object, or null. */
  String pinnedBy(String key) {
    for (Pin pin : pins) {
      if (pin.keys().contains(key)) {
        return pin.restoreId();
      }
    }
    return null;
  }
}
