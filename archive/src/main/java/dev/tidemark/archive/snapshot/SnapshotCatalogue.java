package dev.tidemark.archive.snapshot;

import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.store.ObjectContent;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.PutCondition;
import dev.tidemark.schemas.archive.SnapshotSet;
import dev.tidemark.schemas.archive.SnapshotSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The snapshots of one cluster in an archive. Thread-safe. */
public final class SnapshotCatalogue {

  private final ObjectStore store;
  private final ObjectKeys keys;

  public SnapshotCatalogue(ObjectStore store, ObjectKeys keys) {
    this.store = store;
    this.keys = keys;
  }

  /**
   * A snapshot as the catalogue found it: its manifest, or why that cannot be read.
   *
   * @param snapshotId its folder
   * @param manifest empty if the manifest cannot be read
   * @param failure the reason then, else empty
   */
  public record Listed(
      String snapshotId, Optional<SnapshotManifest> manifest, Optional<ArchiveException> failure) {}

  /**
   * All snapshots that were completed, by id. A damaged one does not hide the others. Folders
   * without a manifest are unfinished snapshots and are left out.
   */
  public List<Listed> list() {
    List<Listed> found = new ArrayList<>();
    for (String id : store.folders(keys.snapshotsPrefix())) {
      if (ObjectKeys.isName(id)) {
        listed(id).ifPresent(found::add);
      }
    }
    return found;
  }

  private Optional<Listed> listed(String id) {
    try {
      return Optional.of(new Listed(id, Optional.of(load(id)), Optional.empty()));
    } catch (ArchiveException e) {
      return switch (e.error()) {
        case ARCHIVE_OBJECT_MISSING -> Optional.empty();
        case ARCHIVE_OBJECT_CORRUPT, ARCHIVE_FORMAT_UNKNOWN ->
            Optional.of(new Listed(id, Optional.empty(), Optional.of(e)));
        default -> throw e;
      };
    }
  }

  /**
   * A snapshot's manifest.
   *
   * @throws ArchiveException {@code ARCHIVE_OBJECT_MISSING} if there is no such snapshot, {@code
   *     ARCHIVE_OBJECT_CORRUPT} if its manifest is damaged or is another one's
   */
  public SnapshotManifest load(String snapshotId) {
    String key = keys.manifest(snapshotId);
    String where = store.location() + "/" + key;
    SnapshotManifest manifest = ManifestJson.read(store.read(key), where);
    if (!manifest.snapshotId().equals(snapshotId) || !manifest.cluster().equals(keys.cluster())) {
      throw new ArchiveException(
          ArchiveError.ARCHIVE_OBJECT_CORRUPT,
          "the manifest belongs to snapshot %s of cluster %s"
              .formatted(manifest.snapshotId(), manifest.cluster()),
          where,
          "Bring the object back from a copy or a version of the bucket; other snapshots still"
              + " work");
    }
    return manifest;
  }

  /**
   * Completes a snapshot: from now on it exists. All its other objects must be stored.
   *
   * @throws ArchiveException {@code ARCHIVE_CONFLICT} if another snapshot has the id; the same
   *     manifest again is fine
   */
  public void complete(SnapshotManifest manifest) {
    String key = keys.manifest(manifest.snapshotId());
    byte[] json = ManifestJson.write(manifest);
    boolean stored = store.put(key, ObjectContent.of(json), PutCondition.ifAbsent()).isStored();
    if (!stored && !load(manifest.snapshotId()).equals(manifest)) {
      throw new ArchiveException(
          ArchiveError.ARCHIVE_CONFLICT,
          "another snapshot has this id already",
          store.location() + "/" + key,
          "Give the snapshot another id");
    }
  }

  /** What the topic of snapshots tells of a manifest. */
  public SnapshotSummary summary(SnapshotManifest manifest) {
    DocumentSum.Digest documents =
        manifest.sets().stream()
            .map(SnapshotSetManifest::digest)
            .reduce(DocumentSum.Digest.EMPTY, DocumentSum.Digest::plus);
    return SnapshotSummary.newBuilder()
        .setSnapshotId(manifest.snapshotId())
        .setCluster(manifest.cluster())
        .setKind(manifest.kind())
        .setStartedAt(manifest.startedAt())
        .setCompletedAt(manifest.completedAt())
        .setManifestKey(keys.manifest(manifest.snapshotId()))
        .setSets(
            manifest.sets().stream()
                .map(
                    set ->
                        new SnapshotSet(
                            set.set().setId(),
                            set.set().name(),
                            set.fetchStart().value(),
                            set.start().value(),
                            set.end().value()))
                .toList())
        .setCollections(manifest.sets().stream().mapToLong(s -> s.collections().size()).sum())
        .setDocuments(documents.count())
        .setDataBytes(documents.bytes())
        .setStoredBytes(manifest.objects().stream().mapToLong(StoredObject::bytes).sum())
        .build();
  }
}
