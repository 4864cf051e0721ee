package dev.tidemark.embedded.mongo.member;

import dev.tidemark.embedded.mongo.engine.PipelineEngine;
import dev.tidemark.embedded.mongo.engine.QueryEngine;
import dev.tidemark.embedded.mongo.engine.UpdateEngine;
import dev.tidemark.embedded.mongo.oplog.OplogStore;
import dev.tidemark.embedded.mongo.oplog.OplogWriter;
import dev.tidemark.embedded.mongo.store.Namespaces;
import dev.tidemark.embedded.mongo.wire.CommandFailure;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The state of the one member a simulated replica set has: its collections, its oplog, and the lock
 * that makes writers take turns, so that the logged image is the stored one.
 */
public final class Member {

  private final ReplicaSetIdentity identity;
  private final InstantSource clock;
  private final Identifiers identifiers;
  private final OplogStore oplog;
  private final OplogWriter log;
  private final Namespaces namespaces = new Namespaces();
  private final QueryEngine queries = new QueryEngine();
  private final PipelineEngine pipelines = new PipelineEngine();
  private final UpdateEngine updates = new UpdateEngine(pipelines);
  private final ReentrantLock writeLock = new ReentrantLock();
  private final Topology topology;

  public Member(
      ReplicaSetIdentity identity,
      InstantSource clock,
      Identifiers identifiers,
      OplogStore oplog,
      OplogWriter log) {
    this.identity = identity;
    this.clock = clock;
    this.identifiers = identifiers;
    this.oplog = oplog;
    this.log = log;
    this.topology = new Topology(identifiers.objectId(clock.millis()), log.term());
  }

  /**
   * Runs a change alone and publishes what it logged, also if it failed half-way.
   *
   * @throws CommandFailure if the member is not primary
   */
  public <T> T write(Supplier<T> change) {
    writeLock.lock();
    try {
      if (!isPrimary()) {
        throw new CommandFailure(
            CommandFailure.NOT_WRITABLE_PRIMARY, "NotWritablePrimary", "not primary");
      }
      return change.get();
    } finally {
      oplog.publish();
      writeLock.unlock();
    }
  }

  /** Runs something alone that is no client's write: a noop, an election, an imported entry. */
  public void alone(Runnable change) {
    writeLock.lock();
    try {
      change.run();
    } finally {
      oplog.publish();
      writeLock.unlock();
    }
  }

  public ReplicaSetIdentity identity() {
    return identity;
  }

  public InstantSource clock() {
    return clock;
  }

  public Identifiers identifiers() {
    return identifiers;
  }

  public OplogStore oplog() {
    return oplog;
  }

  public OplogWriter log() {
    return log;
  }

  public Namespaces namespaces() {
    return namespaces;
  }

  public QueryEngine queries() {
    return queries;
  }

  public UpdateEngine updates() {
    return updates;
  }

  public PipelineEngine pipelines() {
    return pipelines;
  }

  public boolean isPrimary() {
    return topology.state().primary();
  }

  public Topology topology() {
    return topology;
  }
}
