package dev.tidemark.restorer.snapshot;

import com.mongodb.MongoException;
import com.mongodb.ServerAddress;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.DeploymentAddress;
import dev.tidemark.restorer.mongo.MemberFacts;
import dev.tidemark.restorer.mongo.ReplicaSetId;
import dev.tidemark.restorer.mongo.ServerFailures;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The member of the source that a snapshot reads, with a client that talks to it alone.
 *
 * <p>A secondary that keeps up is preferred, so that the primary is spared. Thread-safe.
 */
final class SourceMember implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SourceMember.class);
  private static final String APPLICATION = "tidemark-snapshot";

  /** A secondary further behind the primary than this is not read. */
  private static final long MAX_LAG_SECONDS = 10;

  private final Deployment deployment;
  private final String setId;
  private final MemberFacts facts;

  private SourceMember(Deployment deployment, String setId, MemberFacts facts) {
    this.deployment = deployment;
    this.setId = setId;
    this.facts = facts;
  }

  /**
   * Chooses a member of the cluster and connects to it.
   *
   * @throws TidemarkException SOURCE_UNREACHABLE or SOURCE_NOT_A_REPLICA_SET
   */
  static SourceMember choose(DeploymentAddress address) {
    try (Deployment cluster = Deployment.open(address, APPLICATION)) {
      MemberFacts primary = MemberFacts.of(cluster);
      if (!primary.replicaSetMember() || primary.majorityOptime().equals(Optime.ZERO)) {
        throw new TidemarkException(
            RestorerError.SOURCE_NOT_A_REPLICA_SET,
            "The source is not a replica set that tells its majority-committed optime",
            cluster.toString(),
            "Name a replica set's members in the connection string, not a standalone server or a"
                + " mongos");
      }
      String setId =
          ReplicaSetId.of(cluster).map(Object::toString).orElseThrow(() -> noId(cluster));
      for (String host : candidates(primary)) {
        Deployment member = Deployment.openMember(address, new ServerAddress(host), APPLICATION);
        try {
          MemberFacts facts = MemberFacts.of(member);
          if (usable(facts, primary)) {
            LOG.info("Reading {} of {}", host, address);
            return new SourceMember(member, setId, facts);
          }
          member.close();
        } catch (MongoException e) {
          LOG.info("Passing over {} of {}: {}", host, address, ServerFailures.text(e));
          member.close();
        }
      }
      throw new TidemarkException(
          RestorerError.SOURCE_UNREACHABLE,
          "No member of the source can be read",
          cluster.toString(),
          "Check that the worker reaches the addresses in the replica set's configuration: "
              + String.join(", ", primary.hosts()));
    } catch (MongoException e) {
      throw ServerFailures.ofSource(e, "say hello", address.toString());
    }
  }

  private static TidemarkException noId(Deployment cluster) {
    return new TidemarkException(
        RestorerError.SOURCE_NOT_AUTHORIZED,
        "The source does not tell the id of its replica set",
        cluster.toString(),
        "Grant the account clusterMonitor, or read on local");
  }

  private static boolean usable(MemberFacts facts, MemberFacts primary) {
    return facts.setName().equals(primary.setName())
        && (facts.primary()
            || (facts.secondary()
                && facts.majorityOptime().seconds() + MAX_LAG_SECONDS
                    >= primary.majorityOptime().seconds()));
  }

  /** Secondaries first, in the set's order; then the primary. */
  private static List<String> candidates(MemberFacts primary) {
    List<String> hosts = new ArrayList<>(primary.hosts());
    if (!primary.me().isEmpty()) {
      hosts.remove(primary.me());
      hosts.add(primary.me());
    }
    return hosts;
  }

  Deployment deployment() {
    return deployment;
  }

  String setName() {
    return facts.setName();
  }

  /** The set's identity, 24 hex digits. */
  String setId() {
    return setId;
  }

  /** host:port as the set knows it. */
  String address() {
    return facts.me();
  }

  /** The newest majority-committed optime that the member knows now. */
  Optime majorityOptime() {
    try {
      return MemberFacts.of(deployment).majorityOptime();
    } catch (MongoException e) {
      throw ServerFailures.ofSource(e, "say hello", deployment.toString());
    }
  }

  @Override
  public void close() {
    deployment.close();
  }
}
