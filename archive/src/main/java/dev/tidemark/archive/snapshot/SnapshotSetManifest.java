package dev.tidemark.archive.snapshot;

import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.oplog.optime.Optime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One replica set of a snapshot.
 *
 * @param set which one
 * @param member the member that was read, host:port; empty if it is not known
 * @param serverVersion its version, for example {@code 6.0.14}; empty if it is not known
 * @param featureVersion its feature compatibility version; empty if it is not known
 * @param fetchStart optime of the oldest entry that a restore needs, which fills transactions that
 *     were open at START
 * @param start START: every write up to here is in the documents
 * @param end END: no write after this is in the documents; no earlier moment can be restored
 * @param collections what was stored; empty if the data lies elsewhere
 * @param oplog the entries from {@code fetchStart} to {@code end}, if the snapshot brings them
 */
public record SnapshotSetManifest(
    ReplicaSetRef set,
    String member,
    String serverVersion,
    String featureVersion,
    Optime fetchStart,
    Optime start,
    Optime end,
    List<SnapshotCollection> collections,
    Optional<SnapshotOplog> oplog) {

  public SnapshotSetManifest {
    Objects.requireNonNull(set, "set");
    Objects.requireNonNull(member, "member");
    Objects.requireNonNull(serverVersion, "serverVersion");
    Objects.requireNonNull(featureVersion, "featureVersion");
    Objects.requireNonNull(oplog, "oplog");
    collections = List.copyOf(collections);
    if (fetchStart.isAfter(start) || start.isAfter(end)) {
      throw new IllegalArgumentException(
          "not in order: fetch start " + fetchStart + ", START " + start + ", END " + end);
    }
  }

  Stream<StoredObject> objects() {
    return Stream.concat(
        collections.stream()
            .flatMap(c -> Stream.concat(c.data().stream(), c.metadataFile().stream())),
        oplog.stream().map(SnapshotOplog::object));
  }

  /** The sum over all its documents. */
  public DocumentSum.Digest digest() {
    return collections.stream()
        .map(SnapshotCollection::digest)
        .reduce(DocumentSum.Digest.EMPTY, DocumentSum.Digest::plus);
  }
}
