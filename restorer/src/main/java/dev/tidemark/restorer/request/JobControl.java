package dev.tidemark.restorer.request;

import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.avro.specific.SpecificRecord;

/**
 * What a job is given to talk to its surroundings. Thread-safe.
 *
 * @param <S> the status
 */
public interface JobControl<S extends SpecificRecord> {

  /** The status as it was published last. */
  S status();

  /**
   * Whether another worker has ended the request meanwhile. Asked once a lease is held: reads the
   * status topic to its end.
   */
  boolean overElsewhere();

  /** The latest statuses of all requests of the kind: reads the status topic to its end. */
  List<S> history();

  /** Whether somebody asked for the job's end. Asked often: it only reads a flag. */
  boolean cancelled();

  /**
   * Changes the status and publishes it. Changes of a job are published in order; the job's own
   * times and ids are filled in.
   */
  void update(UnaryOperator<S> change);

  /** Keeps something until the success of the request is published, or its failure is. */
  void keep(Kept kept);
}
