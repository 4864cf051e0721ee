package dev.tidemark.archive.retention;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.store.ObjectContent;
import dev.tidemark.archive.store.ObjectInfo;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.PutCondition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What running restores hold on to; retention and compaction spare it. Thread-safe. */
public final class PinBoard {

  private final ObjectStore store;
  private final ObjectKeys keys;

  public PinBoard(ObjectStore store, ObjectKeys keys) {
    this.store = store;
    this.keys = keys;
  }

  /** Puts a pin up, or renews it. */
  public void put(Pin pin) {
    store.put(keys.pin(pin.restoreId()), ObjectContent.of(pin.encode()), PutCondition.always());
  }

  /** Takes a pin down; that it is not there is no error. */
  public void remove(String restoreId) {
    store.delete(keys.pin(restoreId));
  }

  /** The pins that are not over. */
  public List<Pin> active(Instant now) {
    List<String> found;
    try (Stream<ObjectInfo> listed = store.list(keys.pinsPrefix())) {
      found = listed.map(ObjectInfo::key).toList();
    }
    List<Pin> active = new ArrayList<>();
    for (String key : found) {
      try {
        Pin pin = Pin.decode(store.read(key), store.location() + "/" + key);
        if (pin.expiresAt().isAfter(now)) {
          active.add(pin);
        }
      } catch (ArchiveException e) {
        // Taken down since the listing.
        if (e.error() != ArchiveError.ARCHIVE_OBJECT_MISSING) {
          throw e;
        }
      }
    }
    return active;
  }
}
