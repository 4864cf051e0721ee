package dev.tidemark.restorer.restore;

import com.mongodb.MongoException;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.config.RestorerConfig;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.DeploymentAddress;
import dev.tidemark.restorer.mongo.MemberFacts;
import dev.tidemark.restorer.mongo.ReplicaSetId;
import dev.tidemark.restorer.mongo.ServerFailures;
import dev.tidemark.restorer.request.JobControl;
import dev.tidemark.restorer.request.Kept;
import dev.tidemark.restorer.request.OverElsewhereException;
import dev.tidemark.restorer.rollforward.RolledAccounts;
import dev.tidemark.schemas.request.RestoreMode;
import dev.tidemark.schemas.request.RestoreRequest;
import dev.tidemark.schemas.status.RestoreStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Restores into MongoDB: one replica set into a deployment, or those of a cluster into the shards
 * of another one. The leases of all of them are held from the beginning to the end; the sets are
 * restored one after another. Used once, by one thread.
 */
final class DeploymentRestore {

  private static final Logger LOG = LoggerFactory.getLogger(DeploymentRestore.class);
  private static final String APPLICATION = "tidemark-restore";

  private final RestorerConfig config;
  private final List<Part> parts;
  private final String worker;
  private final Time time;
  private long lastHeld;
  private int attempts;

  /**
   * A replica set and where it goes.
   *
   * @param planned what is restored
   * @param address into what
   */
  record Part(PlannedRestore planned, DeploymentAddress address) {}

  DeploymentRestore(RestorerConfig config, List<Part> parts, String worker, Time time) {
    this.config = config;
    this.parts = List.copyOf(parts);
    this.worker = worker;
    this.time = time;
    this.lastHeld = time.hiResClockMs();
  }

  /**
   * Fails if the target cannot be what is meant, without touching it.
   *
   * @param mode a base that was brought back may well be a replica set of the archive
   * @throws TidemarkException TARGET_UNREACHABLE, TARGET_NOT_WRITABLE or TARGET_IS_SOURCE
   */
  void check(RestoreMode mode) {
    Set<String> sources =
        parts.stream()
            .filter(part -> mode == RestoreMode.MERGE)
            .map(part -> part.planned().set().snapshot().set().setId())
            .collect(Collectors.toSet());
    parts.forEach(part -> check(part.address(), sources));
  }

  private static void check(DeploymentAddress address, Set<String> sources) {
    try (Deployment target = Deployment.open(address, APPLICATION)) {
      MemberFacts facts = MemberFacts.of(target);
      if (!facts.primary()) {
        throw new TidemarkException(
            RestorerError.TARGET_NOT_WRITABLE,
            "The target has no primary at present",
            target.toString(),
            "Wait until it has elected one, then send the request again with a new id");
      }
      Optional<String> targetId = ReplicaSetId.of(target).map(Object::toString);
      if (targetId.filter(sources::contains).isPresent()) {
        throw new TidemarkException(
            RestorerError.TARGET_IS_SOURCE,
            "The target is a replica set that the archive was taken from",
            target + ", replica set id " + targetId.get(),
            "Restore into another deployment and copy from there what is needed");
      }
    } catch (MongoException e) {
      throw ServerFailures.ofTarget(e, "say hello", address.toString());
    }
  }

  /**
   * Carries the plan out. When the target goes away midway, or the lease with it, the restore goes
   * on from its checkpoint once the target is back, as long as it does not stay away for longer
   * than the lease's patience.
   *
   * @return the outcomes, in the order of the parts
   * @throws OverElsewhereException if another worker has ended the request meanwhile
   */
  List<RestoreOutcome> run(RestoreRequest request, JobControl<RestoreStatus> control)
      throws IOException {
    long patience = config.lease().patience().toMillis();
    while (true) {
      HeldTargets held = new HeldTargets(config.lease(), time);
      boolean goesOn = false;
      attempts++;
      try {
        return attempt(held, request, control);
      } catch (TidemarkException e) {
        long away = time.hiResClockMs() - lastHeld;
        if (!interrupted(e) || control.cancelled() || away > patience) {
          throw e;
        }
        goesOn = true;
        LOG.warn("Request {} is interrupted and goes on: {}", request.getRequestId(), e.reason());
      } finally {
        if (goesOn) {
          letGo(held, request);
        } else {
          control.keep(untilTold(held, request));
        }
      }
    }
  }

  /**
   * Fails as a roll forward would before its first write, and writes nothing.
   *
   * @return the users and roles that it would bring
   * @throws TidemarkException REQUEST_NOT_SUPPORTED
   */
  AccountsPreview checkForward(JobControl<RestoreStatus> control) throws IOException {
    RestoreProgress progress = new RestoreProgress(control, time);
    List<RolledAccounts> accounts = new ArrayList<>();
    for (Part part : parts) {
      accounts.add(LeasedRollForward.check(part.address(), part.planned(), progress));
    }
    return new AccountsPreview(accounts);
  }

  private static boolean interrupted(TidemarkException failure) {
    return failure.code() == RestorerError.TARGET_LEASE_LOST
        || (failure.getCause() instanceof MongoException cause
            && ServerFailures.transientFailure(cause));
  }

  private List<RestoreOutcome> attempt(
      HeldTargets held, RestoreRequest request, JobControl<RestoreStatus> control)
      throws IOException {
    for (Part part : parts) {
      held.take(part.address(), worker, request.getRequestId(), control::cancelled);
    }
    // Only from here on: an attempt that could not take the targets does not end their absence.
    try {
      if (control.overElsewhere()) {
        // Whoever ended it may have died before he could switch them on.
        held.failed();
        throw new OverElsewhereException();
      }
      RestoreProgress progress = new RestoreProgress(control, time);
      List<RestoreOutcome> outcomes = new ArrayList<>();
      for (int i = 0; i < parts.size(); i++) {
        Part part = parts.get(i);
        RestoreOutcome outcome =
            request.getMode() == RestoreMode.ROLL_FORWARD
                ? new LeasedRollForward(part.address(), part.planned(), held.lease(i), progress)
                    .run(request)
                : new LeasedRestore(config, part.address(), part.planned(), held.lease(i), progress)
                    .run(request, control);
        outcomes.add(outcome.with(held.ttlWarnings(i)));
      }
      return outcomes;
    } finally {
      lastHeld = time.hiResClockMs();
    }
  }

  /** What cannot be given back, because the target is away, expires. */
  private static void letGo(HeldTargets held, RestoreRequest request) {
    try {
      held.close();
    } catch (RuntimeException e) {
      LOG.warn("Request {}: a target could not be given back", request.getRequestId(), e);
    }
  }

  /** Everything that another worker needs to come to the same end. */
  private Kept untilTold(HeldTargets held, RestoreRequest request) {
    return new Kept() {
      @Override
      public void over() {
        held.over(request.getRequestId());
        if (request.getMode() == RestoreMode.ROLL_FORWARD) {
          parts.forEach(part -> clear(part.planned(), request.getRequestId()));
        }
      }

      @Override
      public void failed() {
        held.failed();
        if (attempts > 1 && !held.holds(parts.size())) {
          LOG.warn(
              "The TTL monitor of a target of request {} may be off still, and is switched on by the"
                  + " next restore there; or do it by hand",
              request.getRequestId());
        }
      }

      @Override
      public void close() {
        held.close();
      }
    };
  }

  /** The restore is over, so what stays in the archive only takes room. */
  private static void clear(PlannedRestore planned, String request) {
    try {
      LeasedRollForward.work(planned, request).clear();
    } catch (TidemarkException e) {
      LOG.warn("What request {} had set aside in the archive could not be removed", request, e);
    }
  }
}
