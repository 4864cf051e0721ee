package dev.tidemark.restorer.rollforward;

import dev.tidemark.archive.dump.CollectionMetadata;
import dev.tidemark.archive.dump.SnapshotTimes;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.merge.Base;
import dev.tidemark.restorer.merge.BaseCollection;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.snapshot.SourceCollection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The base on a target, as it was listed before anything was written to it. Its documents stay
 * where they are.
 *
 * @param location where it lies
 * @param moment the newest entry that is in it
 * @param listed its collections and views
 */
public record ListedBase(String location, Optime moment, List<SourceCollection> listed)
    implements Base {

  public ListedBase {
    listed = List.copyOf(listed);
  }

  /**
   * Lists what a target holds, without writing anything.
   *
   * @param moment the newest entry that is in it
   */
  public static ListedBase of(Deployment target, Optime moment) {
    return new ListedBase(target.toString(), moment, TargetState.list(target.onPrimary()));
  }

  /** Everything behind the moment is applied, and nothing before. */
  @Override
  public Optional<SnapshotTimes> times() {
    return Optional.of(SnapshotTimes.at(moment));
  }

  @Override
  public List<BaseCollection> collections() {
    return listed.stream()
        .map(
            collection ->
                new BaseCollection(
                    collection.database(),
                    collection.name(),
                    new CollectionMetadata(
                        collection.type(),
                        collection.options(),
                        collection.indexes(),
                        collection.uuid()),
                    List.of()))
        .toList();
  }

  /** The identities of its collections. */
  Set<UUID> uuids() {
    return listed.stream().flatMap(one -> one.uuid().stream()).collect(Collectors.toSet());
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
