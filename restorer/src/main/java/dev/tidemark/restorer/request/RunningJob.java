package dev.tidemark.restorer.request;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.schemas.status.Failure;
import dev.tidemark.schemas.status.JobState;
import java.util.function.UnaryOperator;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request while it is carried out, on a thread of its own.
 *
 * @param <R> the request
 * @param <S> its status
 */
final class RunningJob<R extends SpecificRecord, S extends SpecificRecord>
    implements Runnable, JobControl<S> {

  private static final Logger LOG = LoggerFactory.getLogger(RunningJob.class);

  private final JobKind<R, S> kind;
  private final R request;
  private final boolean resumed;
  private final StatusBoard<S> board;
  private final String worker;
  private final Time time;
  private S status;
  private volatile boolean cancelled;
  private volatile boolean abandoned;

  RunningJob(
      JobKind<R, S> kind,
      R request,
      S status,
      boolean resumed,
      StatusBoard<S> board,
      String worker,
      Time time) {
    this.kind = kind;
    this.request = request;
    this.status = status;
    this.resumed = resumed;
    this.board = board;
    this.worker = worker;
    this.time = time;
  }

  String id() {
    return kind.id(request);
  }

  void cancel() {
    cancelled = true;
  }

  /** Ends the job without a final status: the worker goes, another one is to go on. */
  void abandon() {
    abandoned = true;
    cancelled = true;
  }

  boolean wasAbandoned() {
    return abandoned;
  }

  @Override
  public synchronized S status() {
    return status;
  }

  @Override
  public boolean overElsewhere() {
    return board.latest(id()).map(kind::state).filter(RequestLoop::isFinal).isPresent();
  }

  @Override
  public boolean cancelled() {
    return cancelled;
  }

  @Override
  public synchronized void update(UnaryOperator<S> change) {
    S changed = change.apply(status);
    status = kind.mark(changed, kind.state(changed), null, worker, time.milliseconds());
    board.publish(id(), status);
  }

  @Override
  public void run() {
    LOG.info("Request {}: {}", id(), resumed ? "goes on" : "begins");
    try {
      kind.work().run(request, resumed, this);
      end(JobState.SUCCEEDED, null);
    } catch (OverElsewhereException e) {
      LOG.info("Request {} was ended by another worker", id());
    } catch (TidemarkException e) {
      LOG.warn("Request {}: {}", id(), e.getMessage(), e.getCause());
      end(
          e.code() == RestorerError.REQUEST_CANCELLED ? JobState.CANCELLED : JobState.FAILED,
          failure(e));
    } catch (Exception e) {
      LOG.error("Request {} failed unexpectedly", id(), e);
      end(
          JobState.FAILED,
          new Failure(
              RestorerError.INTERNAL_ERROR.name(),
              "The worker failed unexpectedly: " + e,
              worker,
              "See the worker's log for this request; send it again with a new id once the cause is"
                  + " gone"));
    }
  }

  private void end(JobState state, Failure failure) {
    if (abandoned && state != JobState.SUCCEEDED) {
      return;
    }
    synchronized (this) {
      status = kind.mark(status, state, failure, worker, time.milliseconds());
      board.publish(id(), status);
    }
    LOG.info("Request {}: {}", id(), state);
  }

  static Failure failure(TidemarkException e) {
    return new Failure(e.code().name(), e.reason(), e.where(), e.remedy());
  }
}
