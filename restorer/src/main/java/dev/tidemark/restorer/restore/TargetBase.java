package dev.tidemark.restorer.restore;

import com.mongodb.MongoException;
import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.plan.HistoryBuilder;
import dev.tidemark.archive.snapshot.SnapshotCatalogue;
import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.snapshot.SnapshotSetManifest;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.config.RestoreDestination;
import dev.tidemark.restorer.config.RestorerConfig;
import dev.tidemark.restorer.lease.MongoLeases;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.DeploymentAddress;
import dev.tidemark.restorer.mongo.MemberFacts;
import dev.tidemark.restorer.mongo.ReplicaSetId;
import dev.tidemark.restorer.mongo.ServerFailures;
import dev.tidemark.restorer.rollforward.ListedBase;
import dev.tidemark.restorer.rollforward.RollCheckpoint;
import dev.tidemark.restorer.rollforward.TargetMoment;
import dev.tidemark.restorer.rollforward.WorkObjects;
import dev.tidemark.restorer.snapshot.ArchivedMoment;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.archive.SnapshotKind;
import dev.tidemark.schemas.request.RestoreRequest;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.utils.Time;

/**
 * Finds the base that a target holds, and compares it with the archive. Writes nothing: so it is
 * known before the lease is taken whether the target is what is meant. A replica set that is ahead
 * of the archive, as the source always is, is none that could be rolled forward.
 */
final class TargetBase {

  private static final String APPLICATION = "tidemark-restore";

  private final RestorerConfig config;
  private final ObjectStore store;
  private final Time time;

  TargetBase(RestorerConfig config, ObjectStore store, Time time) {
    this.config = config;
    this.store = store;
    this.time = time;
  }

  /**
   * The base; of a cluster, the bases of all replica sets, which may be of different moments.
   *
   * @throws TidemarkException ROLL_FORWARD_BASE_MISMATCH if one does not continue in the archive,
   *     REQUEST_UNKNOWN_TARGET if a replica set of the archive has no place, TARGET_UNREACHABLE, or
   *     REQUEST_NOT_SUPPORTED
   */
  HeldBases find(RestoreRequest request, RestoreDestination destination) throws IOException {
    ArchiveIndex index =
        new ArchiveIndex(store, ArchiveIndex.cluster(store, Optional.of(request.getCluster())));
    List<ReplicaSetRef> archived = index.sets();
    refuseOneNameTwice(archived);
    List<SnapshotSetManifest> bases = new ArrayList<>();
    Map<String, ListedBase> listed = new HashMap<>();
    for (ReplicaSetRef set : archived) {
      DeploymentAddress address = Shards.place(destination, set.name(), archived.size());
      WorkObjects work =
          LeasedRollForward.work(
              store,
              index.keys(),
              request.getRequestId(),
              archived.size() == 1 ? Optional.empty() : Optional.of(set.name()));
      Found found = find(request, index, set, address, work);
      bases.add(found.manifest());
      listed.put(set.name(), found.listed());
    }
    Instant now = Instant.ofEpochMilli(time.milliseconds());
    return new HeldBases(
        new SnapshotManifest(
            FileNames.of("base-on-" + destination.alias()),
            index.keys().cluster(),
            SnapshotKind.REGISTERED,
            now,
            now,
            bases),
        listed);
  }

  /** The base of one replica set. */
  private record Found(SnapshotSetManifest manifest, ListedBase listed) {}

  /** Targets are told apart by the names of the replica sets. */
  private static void refuseOneNameTwice(List<ReplicaSetRef> sets) {
    Set<String> names = new HashSet<>();
    for (ReplicaSetRef set : sets) {
      if (!names.add(set.name())) {
        throw new TidemarkException(
            RestorerError.REQUEST_NOT_SUPPORTED,
            "the archive holds two replica sets called "
                + set.name()
                + ", and the shards of a target are told apart by these names",
            sets.toString(),
            "Restore from a snapshot in the archive instead");
      }
    }
  }

  private Found find(
      RestoreRequest request,
      ArchiveIndex index,
      ReplicaSetRef set,
      DeploymentAddress address,
      WorkObjects work)
      throws IOException {
    Optime moment;
    ArchivedMoment archived;
    ListedBase listed;
    try (Deployment target = Deployment.open(address, APPLICATION)) {
      Optional<RollCheckpoint> reached = reached(target, request.getRequestId());
      if (reached.isPresent()) {
        moment = reached.get().base();
        archived = archived(index, set, moment);
        listed = work.listing(reached.get().listing(), target.toString(), moment);
      } else {
        refuseSource(target, index, set);
        TargetMoment shown = shown(target);
        moment = shown.optime();
        archived = archived(index, set, moment);
        shown.requireSame(archived.entry(), target.toString());
        listed = ListedBase.of(target, moment);
      }
    } catch (MongoException e) {
      throw ServerFailures.ofTarget(e, "say hello", address.toString());
    }
    Optional.ofNullable(request.getSnapshotId())
        .ifPresent(id -> requireRegistered(index, id, set, moment));
    return new Found(
        new SnapshotSetManifest(
            set, "", "", "", archived.fetchStart(), moment, moment, List.of(), Optional.empty()),
        listed);
  }

  private Optional<RollCheckpoint> reached(Deployment target, String request) {
    return new MongoLeases(target, config.lease(), time)
        .checkpointOf(request)
        .flatMap(RollCheckpoint::of);
  }

  /**
   * A base that was brought back may be the very replica set of the archive, but then its data is
   * older than the archive: the live source has everything that is archived.
   */
  private static void refuseSource(Deployment target, ArchiveIndex index, ReplicaSetRef set) {
    Optional<SegmentIndexEntry> newest = HistoryBuilder.build(index.load(set)).newestSegment();
    boolean same =
        ReplicaSetId.of(target).map(Object::toString).filter(set.setId()::equals).isPresent();
    if (!same || newest.isEmpty()) {
      return;
    }
    Optime last = new Optime(newest.get().getLastTs());
    Optional<BsonSlice> there = TargetMoment.entryAt(target, last);
    if (there.isPresent() && there.get().equals(archived(index, set, last).entry())) {
      throw new TidemarkException(
          RestorerError.TARGET_IS_SOURCE,
          "The target is the replica set that the archive was taken from, and not behind it: its"
              + " oplog holds the archive's newest entry, "
              + last,
          target + ", replica set id " + set.setId(),
          "Name a base that was brought back and is older than the archive; this one has nothing to"
              + " be rolled forward to");
    }
  }

  private static TargetMoment shown(Deployment target) {
    if (!MemberFacts.of(target).replicaSetMember()) {
      throw new TidemarkException(
          RestorerError.ROLL_FORWARD_BASE_MISMATCH,
          "The target is no member of a replica set, so it has no oplog that tells which moment its"
              + " data shows",
          target.toString(),
          "Start it as a replica set with the local database that belongs to its data, and name its"
              + " members in the connection string, not a mongos");
    }
    return TargetMoment.of(target);
  }

  private static ArchivedMoment archived(ArchiveIndex index, ReplicaSetRef set, Optime moment) {
    return ArchivedMoment.of(index, set, moment, RestorerError.ROLL_FORWARD_BASE_MISMATCH);
  }

  /** Where the request names the snapshot that was brought back, it has to be that one. */
  private static void requireRegistered(
      ArchiveIndex index, String snapshotId, ReplicaSetRef set, Optime moment) {
    String end =
        new SnapshotCatalogue(index.store(), index.keys())
            .load(snapshotId)
            .set(set)
            .map(registered -> registered.end().toString())
            .orElse("nothing of " + set.name());
    if (!end.equals(moment.toString())) {
      throw new TidemarkException(
          RestorerError.ROLL_FORWARD_BASE_MISMATCH,
          "The target shows " + moment + ", but snapshot " + snapshotId + " shows " + end,
          index.keys().manifest(snapshotId),
          "Bring that snapshot back as it was taken, or send the request without its id");
    }
  }
}
