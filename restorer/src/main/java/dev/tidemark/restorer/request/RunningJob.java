package dev.tidemark.restorer.request;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.schemas.status.Failure;
import dev.tidemark.schemas.status.JobState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request while it is carried out, on a thread of its own.
 *
 * <p>Its status is published at least every second, so that others can tell a worker that goes on
 * from one that is gone. A request that another worker had begun is taken over only when that
 * worker has said nothing for a while; from then on nobody hears the other one any more.
 *
 * @param <R> the request
 * @param <S> its status
 */
final class RunningJob<R extends SpecificRecord, S extends SpecificRecord>
    implements Runnable, JobControl<S> {

  private static final Logger LOG = LoggerFactory.getLogger(RunningJob.class);
  private static final long BEAT_MS = 900;
  private static final Duration SILENCE = Duration.ofSeconds(5);
  private static final long LOOK_MS = 250;

  private final JobKind<R, S> kind;
  private final R request;
  private final boolean resumed;
  private final StatusBoard<S> board;
  private final String worker;
  private final Time time;
  private final List<Kept> kept = new CopyOnWriteArrayList<>();
  private RequestVoice<S> voice;
  private S status;
  private long publishedAt;
  private volatile boolean cancelled;
  private volatile boolean abandoned;
  private volatile boolean takenOver;

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

  /** Whether it ended without the request being over. */
  boolean leftToOthers() {
    return abandoned || takenOver;
  }

  @Override
  public synchronized S status() {
    return status;
  }

  @Override
  public boolean overElsewhere() {
    return takenOver
        || board.latest(id()).map(kind::state).filter(RequestLoop::isFinal).isPresent();
  }

  @Override
  public List<S> history() {
    return board.all();
  }

  @Override
  public boolean cancelled() {
    return cancelled || takenOver;
  }

  @Override
  public void keep(Kept one) {
    kept.add(one);
  }

  @Override
  public synchronized void update(UnaryOperator<S> change) {
    S changed = change.apply(status);
    publish(kind.mark(changed, kind.state(changed), null, worker, time.milliseconds()));
  }

  private synchronized void beat() {
    if (time.milliseconds() - publishedAt >= BEAT_MS) {
      update(UnaryOperator.identity());
    }
  }

  private synchronized void publish(S next) {
    try {
      voice.publish(next);
    } catch (OverElsewhereException e) {
      takenOver = true;
      throw e;
    }
    status = next;
    publishedAt = time.milliseconds();
  }

  @Override
  public void run() {
    try {
      if (resumed) {
        awaitSilence();
      }
      try (RequestVoice<S> taken = board.voice(id(), time)) {
        synchronized (this) {
          voice = taken;
        }
        LOG.info("Request {}: {}", id(), resumed ? "goes on" : "begins");
        carryOut();
      }
    } catch (OverElsewhereException e) {
      LOG.info("Request {} was ended or taken over by another worker", id());
    } catch (TidemarkException e) {
      // Nothing can be told; the request stays as it is, for this worker or another.
      abandoned = true;
      LOG.error("Request {} cannot be carried out at present", id(), e);
    } catch (RuntimeException e) {
      abandoned = true;
      LOG.error("Request {} failed unexpectedly and could not say so", id(), e);
    }
  }

  /**
   * Returns when whoever carried the request out before has published nothing for a while.
   *
   * @throws OverElsewhereException if the request is over
   */
  private void awaitSilence() {
    S seen = status();
    long since = time.hiResClockMs();
    boolean mine = worker.equals(kind.worker(seen));
    while (!mine && time.hiResClockMs() - since < SILENCE.toMillis()) {
      if (abandoned) {
        throw new OverElsewhereException();
      }
      time.sleep(LOOK_MS);
      S latest = board.latest(id()).orElse(seen);
      if (!latest.equals(seen)) {
        seen = latest;
        since = time.hiResClockMs();
      }
      if (RequestLoop.isFinal(kind.state(seen))) {
        throw new OverElsewhereException();
      }
    }
    synchronized (this) {
      status = seen;
    }
  }

  private void carryOut() {
    try {
      if (succeeds()) {
        end(JobState.SUCCEEDED, null);
      }
    } finally {
      kept.forEach(this::close);
    }
  }

  /** Does the work; why it failed is told. */
  private boolean succeeds() {
    try (ProgressTicker heartbeat = new ProgressTicker(this::beat)) {
      kind.work().run(request, resumed, this);
      return true;
    } catch (OverElsewhereException e) {
      throw e;
    } catch (TidemarkException e) {
      if (takenOver) {
        throw new OverElsewhereException(e);
      }
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
    return false;
  }

  private void tell(Kept one, JobState end) {
    try {
      if (end == JobState.SUCCEEDED) {
        one.over();
      } else {
        one.failed();
      }
    } catch (RuntimeException e) {
      LOG.warn("Something that request {} needed to go on is left behind", id(), e);
    }
  }

  private void close(Kept one) {
    try {
      one.close();
    } catch (RuntimeException e) {
      LOG.warn("Something that request {} held was not given back", id(), e);
    }
  }

  private void end(JobState state, Failure failure) {
    if (leftToOthers() && state != JobState.SUCCEEDED) {
      return;
    }
    synchronized (this) {
      publish(kind.mark(status, state, failure, worker, time.milliseconds()));
    }
    LOG.info("Request {}: {}", id(), state);
    kept.forEach(one -> tell(one, state));
  }

  static Failure failure(TidemarkException e) {
    return new Failure(e.code().name(), e.reason(), e.where(), e.remedy());
  }
}
