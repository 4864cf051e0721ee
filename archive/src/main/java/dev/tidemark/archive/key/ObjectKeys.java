package dev.tidemark.archive.key;

import dev.tidemark.oplog.optime.Optime;
import java.util.Optional;

/**
 * The one owner of every key in an archive. Keys are relative to the archive's root:
 *
 * <pre>
 * shop/oplog/rs0-65a9…/2026/11/22/13/65a9f2b100000007.avro                    a segment, by its first optime
 * shop/oplog/rs0-65a9…/2026/11/22/13/65a9f2b100000007-65a9ffff00000002.avro   one that replaces several
 * shop/index/rs0-65a9…/2026-11-22T13.avro                                     an hour's roll-up
 * shop/tombstones/rs0-65a9…/2026-11-22T13-9f86d081884c7d65.json               what is about to be deleted
 * shop/tombstones/rs0-65a9…/removed.json                                      what was deleted on purpose
 * shop/snapshots/20261122-1310/manifest.json
 * shop/snapshots/20261122-1310/rs0/shop/orders.bson.gz
 * shop/pins/&lt;restore&gt;.json                                                      what a restore is reading
 * shop/work/&lt;restore&gt;/…                                                        what a restore needs to go on
 * </pre>
 *
 * <p>Immutable.
 */
public final class ObjectKeys {

  private static final String OPLOG = "/oplog/";
  private static final String INDEX = "/index/";
  private static final String TOMBSTONES = "/tombstones/";
  private static final String SNAPSHOTS = "/snapshots/";
  private static final String PINS = "/pins/";
  private static final String WORK = "/work/";
  private static final String SEGMENT_SUFFIX = ".avro";
  private static final String JSON_SUFFIX = ".json";
  private static final String MANIFEST = "manifest.json";

  private final String cluster;

  /**
   * @param cluster the name under which a deployment is archived: letters, digits, {@code . _ -}
   */
  public ObjectKeys(String cluster) {
    this.cluster = requireName(cluster, "cluster");
  }

  private static String requireName(String name, String what) {
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "not a name for a "
              + what
              + " (letters, digits, dot, underscore and hyphen, not starting with a dot): '"
              + name
              + "'");
    }
    return name;
  }

  /** Whether a text may be part of a key as it is. */
  public static boolean isName(String name) {
    return name.matches("[A-Za-z0-9_-][A-Za-z0-9._-]*");
  }

  public String cluster() {
    return cluster;
  }

  /** Below it the folders of the replica sets that have segments. */
  public String oplogPrefix() {
    return cluster + OPLOG;
  }

  /** Below it all segments of a set, in the order of their optimes. */
  public String segmentsPrefix(ReplicaSetRef set) {
    return oplogPrefix() + set.folder() + "/";
  }

  /** Below it the segments of one hour. */
  public String hourPrefix(ReplicaSetRef set, OptimeHour hour) {
    return segmentsPrefix(set) + hour.folder() + "/";
  }

  /** A segment that the archiver writes. */
  public String segment(ReplicaSetRef set, Optime first) {
    return segmentStem(set, first) + SEGMENT_SUFFIX;
  }

  /** A segment that replaces several of one hour. */
  public String compactedSegment(ReplicaSetRef set, Optime first, Optime last) {
    return segmentStem(set, first) + "-" + hex(last) + SEGMENT_SUFFIX;
  }

  private String segmentStem(ReplicaSetRef set, Optime first) {
    return hourPrefix(set, OptimeHour.of(first)) + hex(first);
  }

  private static String hex(Optime optime) {
    return String.format("%016x", optime.value());
  }

  /** Below it the roll-ups of a set. */
  public String rollupPrefix(ReplicaSetRef set) {
    return cluster + INDEX + set.folder() + "/";
  }

  public String rollup(ReplicaSetRef set, OptimeHour hour) {
    return rollupPrefix(set) + hour.name() + SEGMENT_SUFFIX;
  }

  /** The hour of a roll-up of this set; empty if the key is something else. */
  public Optional<OptimeHour> parseRollup(ReplicaSetRef set, String key) {
    return parseHour(key, rollupPrefix(set), SEGMENT_SUFFIX);
  }

  private static Optional<OptimeHour> parseHour(String key, String prefix, String suffix) {
    if (!key.startsWith(prefix) || !key.endsWith(suffix)) {
      return Optional.empty();
    }
    return OptimeHour.parseName(key.substring(prefix.length(), key.length() - suffix.length()));
  }

  /** What retention took out of a set's chain. */
  public String removedSpans(ReplicaSetRef set) {
    return tombstonePrefix(set) + "removed" + JSON_SUFFIX;
  }

  /** Below it the tombstones of a set. */
  public String tombstonePrefix(ReplicaSetRef set) {
    return cluster + TOMBSTONES + set.folder() + "/";
  }

  /** Below it the tombstones of one hour of a set. */
  public String tombstonePrefix(ReplicaSetRef set, OptimeHour hour) {
    return tombstonePrefix(set) + hour.name() + "-";
  }

  /**
   * A tombstone.
   *
   * @param digest of what it names, so that no other one has its key
   */
  public String tombstone(ReplicaSetRef set, OptimeHour hour, String digest) {
    return tombstonePrefix(set, hour) + requireName(digest, "tombstone") + JSON_SUFFIX;
  }

  /** The hour of a tombstone of this set; empty if the key is something else. */
  public Optional<OptimeHour> parseTombstone(ReplicaSetRef set, String key) {
    int digest = key.lastIndexOf('-');
    return digest < 0
        ? Optional.empty()
        : parseHour(key.substring(0, digest), tombstonePrefix(set), "");
  }

  /** Below it the folders of the snapshots. */
  public String snapshotsPrefix() {
    return cluster + SNAPSHOTS;
  }

  /** Below it everything of one snapshot. */
  public String snapshotPrefix(String snapshotId) {
    return snapshotsPrefix() + requireName(snapshotId, "snapshot") + "/";
  }

  /** Written last: a snapshot without it does not exist. */
  public String manifest(String snapshotId) {
    return snapshotPrefix(snapshotId) + MANIFEST;
  }

  /**
   * A file of a snapshot.
   *
   * @param setName the replica set's folder, which may be shared with nothing else
   * @param file as the dump layout names it, for example {@code shop/orders.bson.gz}
   */
  public String snapshotFile(String snapshotId, String setName, String file) {
    return snapshotPrefix(snapshotId) + requireName(setName, "replica set") + "/" + file;
  }

  /** Below it what running restores hold on to. */
  public String pinsPrefix() {
    return cluster + PINS;
  }

  public String pin(String restoreId) {
    return pinsPrefix() + requireName(restoreId, "restore") + JSON_SUFFIX;
  }

  /** Below it the folders of what restores have set aside. */
  public String workFoldersPrefix() {
    return cluster + WORK;
  }

  /** Below it what a restore has set aside so that another worker can go on with it. */
  public String workPrefix(String restoreId) {
    return workFoldersPrefix() + requireName(restoreId, "restore") + "/";
  }

  /**
   * Something that a restore has set aside: {@code shop/work/r-42/window-0fffffffffffffff.bson}.
   */
  public String work(String restoreId, String file) {
    return workPrefix(restoreId) + requireName(file, "file");
  }

  /** Says whose turn retention is: {@code shop/retention.json}. */
  public String retentionTurn() {
    return cluster + "/retention" + JSON_SUFFIX;
  }

  /** What the probe for conditional puts leaves: {@code shop/probe/first-put-wins}. */
  public String probe() {
    return cluster + "/probe/first-put-wins";
  }

  /**
   * Whether an object holds what was backed up (segments and the files of snapshots) rather than
   * says what there is, which is small, read often and replaced.
   */
  public static boolean holdsData(String key) {
    int slash = key.indexOf('/');
    String below = slash < 0 ? "" : key.substring(slash);
    return below.startsWith(OPLOG)
        || (below.startsWith(SNAPSHOTS) && !below.matches(SNAPSHOTS + "[^/]+/" + MANIFEST));
  }

  @Override
  public String toString() {
    return "ObjectKeys(" + cluster + ")";
  }
}
