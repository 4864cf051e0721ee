package dev.tidemark.restorer.request;

import org.apache.avro.specific.SpecificRecord;

/**
 * How requests of one kind are carried out.
 *
 * @param <R> the request
 * @param <S> its status
 */
@FunctionalInterface
public interface JobWork<R extends SpecificRecord, S extends SpecificRecord> {

  /**
   * Carries a request out, to the end. The last status that it publishes itself is not final: the
   * caller adds SUCCEEDED, FAILED or CANCELLED.
   *
   * @param resumed whether another worker, or this one before, had begun
   * @throws dev.tidemark.oplog.error.TidemarkException why it failed
   */
  void run(R request, boolean resumed, JobControl<S> control) throws Exception;

  /**
   * The first status of a request with what was asked for, beyond the fields that the request and
   * the status have in common.
   */
  default S describe(R request, S status) {
    return status;
  }

  /** The status of a request that has succeeded, completed; its times are set. */
  default S succeeded(S status) {
    return status;
  }
}
