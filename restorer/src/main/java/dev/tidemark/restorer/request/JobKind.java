package dev.tidemark.restorer.request;

import dev.tidemark.schemas.status.Failure;
import dev.tidemark.schemas.status.JobState;
import org.apache.avro.specific.SpecificRecord;

/**
 * One kind of request and how it is carried out: the part of the {@link RequestLoop} that differs
 * between snapshots and restores.
 *
 * @param <R> the request
 * @param <S> its status
 */
public interface JobKind<R extends SpecificRecord, S extends SpecificRecord> {

  Class<R> requestType();

  Class<S> statusType();

  String id(R request);

  /** Whether the request asks for the end of the one with its id. */
  boolean isCancel(R request);

  /** When the sender says it was sent, milliseconds since the epoch; null if it does not say. */
  Long requestedAt(R request);

  /** The request without what may differ between two copies of it. */
  R normalised(R request);

  /** The first status of a request. */
  S accepted(R request, String requestSha256, String worker, long now);

  /** The status of something that is no request. */
  S rejected(String id, String worker, long now);

  JobState state(S status);

  String requestSha256(S status);

  /** The status with another state; {@code failure} is null unless the job failed. */
  S mark(S status, JobState state, Failure failure, String worker, long now);

  /**
   * Carries a request out, to the end. The last status that it publishes itself is not final: the
   * caller adds SUCCEEDED, FAILED or CANCELLED.
   *
   * @param resumed whether another worker, or this one before, had begun
   * @throws dev.tidemark.oplog.error.TidemarkException why it failed
   */
  void run(R request, boolean resumed, JobControl<S> control) throws Exception;
}
