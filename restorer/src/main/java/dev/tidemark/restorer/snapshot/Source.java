package dev.tidemark.restorer.snapshot;

import com.mongodb.MongoException;
import dev.tidemark.restorer.mongo.DeploymentAddress;
import dev.tidemark.restorer.mongo.ServerFailures;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The source of a snapshot: always the member that is read at present. When that member fails,
 * another one takes its place, for all readers at once. Thread-safe.
 */
final class Source implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Source.class);

  private final DeploymentAddress address;
  private SourceMember member;

  private Source(DeploymentAddress address, SourceMember member) {
    this.address = address;
    this.member = member;
  }

  static Source open(DeploymentAddress address) {
    return new Source(address, SourceMember.choose(address));
  }

  synchronized SourceMember member() {
    return member;
  }

  /**
   * Takes note that a member failed and chooses one again, unless another reader has done so.
   *
   * @throws dev.tidemark.oplog.error.TidemarkException if the failure is none that another try
   *     could heal, or no member can be read
   */
  synchronized void failed(SourceMember failed, MongoException failure, String doing) {
    if (!ServerFailures.transientFailure(failure)) {
      throw ServerFailures.ofSource(failure, doing, failed.deployment().toString());
    }
    if (failed == member) {
      LOG.warn(
          "Reading {} was interrupted ({}), choosing a member again",
          failed.deployment(),
          ServerFailures.text(failure));
      SourceMember next = SourceMember.choose(address);
      member.close();
      member = next;
    }
  }

  @Override
  public synchronized void close() {
    member.close();
  }
}
