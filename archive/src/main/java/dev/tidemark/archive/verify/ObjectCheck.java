package dev.tidemark.archive.verify;

import dev.tidemark.archive.defect.Defect;
import dev.tidemark.archive.defect.DefectKind;
import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.archive.dump.DocumentReader;
import dev.tidemark.archive.dump.MetadataJson;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.snapshot.Decompression;
import dev.tidemark.archive.snapshot.SnapshotCollection;
import dev.tidemark.archive.snapshot.SnapshotOplog;
import dev.tidemark.archive.snapshot.SnapshotRange;
import dev.tidemark.archive.snapshot.StoredObject;
import dev.tidemark.archive.store.ByteRange;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.TidemarkException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads the objects of a snapshot and compares them with its manifest. Thread-safe. */
final class ObjectCheck {

  private final ObjectStore store;

  ObjectCheck(ObjectStore store) {
    this.store = store;
  }

  List<Defect> collection(SnapshotCollection collection) {
    List<Defect> defects = new ArrayList<>();
    collection.metadataFile().ifPresent(file -> defects.addAll(metadata(file, collection)));
    if (collection.data().isPresent()) {
      String key = collection.data().get().key();
      long next = 0;
      for (SnapshotRange range : collection.ranges()) {
        if (range.offset() != next) {
          defects.add(
              corrupt(
                  key, "its ranges leave out the bytes from " + next + " to " + range.offset()));
        }
        next = range.offset() + range.storedBytes();
        defects.addAll(range(key, range));
      }
      if (next != collection.data().get().bytes() && !collection.ranges().isEmpty()) {
        defects.add(corrupt(key, "its ranges end at byte " + next));
      }
    }
    return defects;
  }

  List<Defect> oplog(SnapshotOplog oplog) {
    StoredObject object = oplog.object();
    return documents(
        object.key(), 0, object.bytes(), object.crc32c(), oplog.digest(), "its entries");
  }

  private List<Defect> range(String key, SnapshotRange range) {
    return documents(
        key,
        range.offset(),
        range.storedBytes(),
        range.crc32c(),
        range.digest(),
        "the documents from byte " + range.offset() + " on");
  }

  private List<Defect> documents(
      String key, long offset, long bytes, long crc32c, DocumentSum.Digest expected, String what) {
    if (bytes == 0) {
      return expected.count() == 0 ? List.of() : List.of(corrupt(key, what + " are not there"));
    }
    DocumentSum sum = new DocumentSum();
    try (ChecksummedInputStream raw =
            new ChecksummedInputStream(store.open(key, new ByteRange(offset, bytes)));
        DocumentReader reader = new DocumentReader(Decompression.open(raw), key)) {
      for (BsonSlice document = reader.next(); document != null; document = reader.next()) {
        sum.add(document);
      }
      raw.transferTo(OutputStream.nullOutputStream());
      if (crc32c != StoredObject.CRC_UNKNOWN && raw.checksum() != crc32c) {
        return List.of(corrupt(key, what + " fail their checksum"));
      }
    } catch (IOException e) {
      return List.of(corrupt(key, what + " cannot be read: " + e.getMessage()));
    } catch (TidemarkException e) {
      return List.of(readable(key, what, e));
    }
    DocumentSum.Digest found = sum.digest();
    if (found.equals(expected)) {
      return List.of();
    }
    return List.of(
        corrupt(
            key,
            "%s are %d with %d bytes and digest %s instead of %d with %d bytes and digest %s"
                .formatted(
                    what,
                    found.count(),
                    found.bytes(),
                    found.hex(),
                    expected.count(),
                    expected.bytes(),
                    expected.hex())));
  }

  private List<Defect> metadata(StoredObject file, SnapshotCollection collection) {
    String key = file.key();
    try (ChecksummedInputStream raw = new ChecksummedInputStream(store.open(key))) {
      String json = new String(Decompression.open(raw).readAllBytes(), StandardCharsets.UTF_8);
      raw.transferTo(OutputStream.nullOutputStream());
      if (file.crc32c() != StoredObject.CRC_UNKNOWN && raw.checksum() != file.crc32c()) {
        return List.of(corrupt(key, "it fails its checksum"));
      }
      if (!MetadataJson.parse(json, key).metadata().equals(collection.metadata())) {
        return List.of(corrupt(key, "it describes another collection than the manifest"));
      }
      return List.of();
    } catch (IOException e) {
      return List.of(corrupt(key, "it cannot be read: " + e.getMessage()));
    } catch (TidemarkException e) {
      return List.of(readable(key, "it", e));
    }
  }

  /** Damage becomes a defect; that the store cannot be reached does not. */
  private static Defect readable(String key, String what, TidemarkException e) {
    if (e instanceof ArchiveException failure && failure.isRetriable()) {
      throw e;
    }
    return corrupt(key, what + " cannot be read: " + e.reason());
  }

  private static Defect corrupt(String key, String problem) {
    return new Defect(DefectKind.SNAPSHOT_OBJECT_CORRUPT, key, problem);
  }
}
