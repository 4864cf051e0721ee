package dev.tidemark.restorer.snapshot;

import dev.tidemark.archive.dump.CollectionMetadata;
import dev.tidemark.archive.snapshot.SnapshotCollection;
import dev.tidemark.archive.snapshot.SnapshotOplog;
import dev.tidemark.archive.snapshot.SnapshotRange;
import dev.tidemark.archive.snapshot.SnapshotSetManifest;
import dev.tidemark.archive.snapshot.StoredObject;
import java.util.Optional;

/** Describes what was stored in the terms of the archive. */
final class Manifests {

  private Manifests() {}

  static SnapshotSetManifest of(TakenSnapshot taken) {
    return new SnapshotSetManifest(
        taken.set(),
        taken.member(),
        taken.serverVersion(),
        taken.featureVersion(),
        taken.fetchStart(),
        taken.start(),
        taken.end(),
        taken.collections().stream().map(Manifests::collection).toList(),
        Optional.of(new SnapshotOplog(taken.oplogObject(), taken.oplog())));
  }

  static SnapshotCollection collection(StoredCollection stored) {
    SourceCollection source = stored.source();
    return new SnapshotCollection(
        source.database(),
        source.name(),
        new CollectionMetadata(source.type(), source.options(), source.indexes(), source.uuid()),
        stored.dataKey().isEmpty()
            ? Optional.empty()
            : Optional.of(new StoredObject(stored.dataKey(), stored.storedBytes())),
        stored.metadata(),
        stored.ranges().stream().map(Manifests::range).toList());
  }

  private static SnapshotRange range(StoredRange stored) {
    return new SnapshotRange(
        stored.range().min(),
        stored.range().max(),
        stored.offset(),
        stored.storedBytes(),
        stored.crc32c(),
        stored.watermark(),
        stored.operationTime(),
        stored.digest());
  }
}
