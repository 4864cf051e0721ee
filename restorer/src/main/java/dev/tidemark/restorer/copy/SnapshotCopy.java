package dev.tidemark.restorer.copy;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.snapshot.SnapshotCatalogue;
import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.snapshot.StoredObject;
import dev.tidemark.archive.store.ObjectInfo;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.UploadStream;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Copies one snapshot from one archive into another under the same keys: its objects, compared with
 * their checksums, then the manifest, which makes the copy exist. A copy that was interrupted goes
 * on with the objects that are missing.
 */
final class SnapshotCopy {

  private static final int BUFFER = 1 << 16;

  private final ObjectStore from;
  private final ObjectStore to;
  private final int partBytes;

  SnapshotCopy(ObjectStore from, ObjectStore to, int partBytes) {
    this.from = from;
    this.to = to;
    this.partBytes = partBytes;
  }

  /**
   * Copies it.
   *
   * @throws ArchiveException if one of the archives fails, {@code ARCHIVE_OBJECT_CORRUPT} if an
   *     object is not what the manifest says
   * @throws TidemarkException REQUEST_CANCELLED
   */
  void copy(SnapshotManifest manifest, BooleanSupplier cancelled) throws IOException {
    for (StoredObject object : manifest.objects()) {
      Optional<ObjectInfo> there = to.head(object.key());
      if (there.isEmpty() || there.get().size() != object.bytes()) {
        copy(object, cancelled);
      }
    }
    new SnapshotCatalogue(to, new ObjectKeys(manifest.cluster())).complete(manifest);
  }

  private void copy(StoredObject object, BooleanSupplier cancelled) throws IOException {
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = from.open(object.key());
        UploadStream out =
            new UploadStream(to.startUpload(object.key()), partBytes, 1, Runnable::run)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (cancelled.getAsBoolean()) {
          throw new TidemarkException(
              RestorerError.REQUEST_CANCELLED, "The copy was cancelled", to.location(), "");
        }
        out.write(buffer, 0, read);
      }
      requireSame(object, out);
      out.complete();
    }
  }

  private void requireSame(StoredObject object, UploadStream copied) {
    long crc = copied.takeCrc32c();
    boolean same =
        copied.written() == object.bytes()
            && (object.crc32c() == StoredObject.CRC_UNKNOWN || object.crc32c() == crc);
    if (!same) {
      throw new ArchiveException(
          ArchiveError.ARCHIVE_OBJECT_CORRUPT,
          "what was read is not what the manifest says",
          from.location() + "/" + object.key(),
          "Run tidemark verify --deep on the archive; take another snapshot");
    }
  }
}
