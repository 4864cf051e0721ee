package dev.tidemark.monitor.failover;

import dev.tidemark.schemas.alert.TopologyEvent;
import dev.tidemark.schemas.alert.TopologyEventKind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the primary of one replica set on a thread of its own: publishes each step of a failover,
 * calls the endpoint updaters, and says at any time whether there is a primary.
 */
public final class FailoverWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FailoverWatch.class);
  private static final String TOTAL = "total";

  private final String cluster;
  private final SetProbe probe;
  private final PrimaryTracker tracker;
  private final List<EndpointUpdater> updaters;
  private final Duration interval;
  private final InstantSource clock;
  private final Consumer<TopologyEvent> events;
  private final Runnable changed;
  private final Semaphore wake = new Semaphore(0);
  private final List<EndpointUpdater> pending = new ArrayList<>();
  private final Thread thread;
  private volatile PrimaryStatus status;
  private volatile boolean stopping;

  /**
   * @param cluster alias of the cluster
   * @param probe looks at the set; closed with this watch
   * @param updaters told of each new primary, in this order
   * @param interval how often the set is looked at when nothing happens
   * @param events takes the steps as they happen
   * @param changed called when {@link #status()} has changed
   */
  public FailoverWatch(
      String cluster,
      SetProbe probe,
      PrimaryTracker tracker,
      List<EndpointUpdater> updaters,
      Duration interval,
      InstantSource clock,
      Consumer<TopologyEvent> events,
      Runnable changed) {
    this.cluster = cluster;
    this.probe = probe;
    this.tracker = tracker;
    this.updaters = List.copyOf(updaters);
    this.interval = interval;
    this.clock = clock;
    this.events = events;
    this.changed = changed;
    this.thread = new Thread(this::run, "failover-" + cluster);
    thread.setDaemon(true);
  }

  /** Begins to watch. */
  public FailoverWatch start() {
    probe.onChange(wake::release);
    thread.start();
    return this;
  }

  /** Whether there is a primary; null while nothing is known yet. */
  public PrimaryStatus status() {
    return status;
  }

  private void run() {
    try {
      while (!stopping) {
        Sighting sighting = probe.look(tracker.known());
        for (Transition transition : tracker.observe(sighting, clock.instant())) {
          follow(transition);
        }
        updatePending();
        // Changes of the topology cut the pause short, but never to nothing.
        if (wake.tryAcquire(interval.toMillis(), TimeUnit.MILLISECONDS)) {
          wake.drainPermits();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.error("The primary of cluster {} is no longer watched", cluster, e);
      status(true, false, "The watch of cluster " + cluster + " has failed: " + e);
    }
  }

  private void follow(Transition transition) throws InterruptedException {
    if (transition instanceof Transition.Met met) {
      status(false, false, "Primary of cluster " + cluster + " is " + met.primary().host());
      pending.addAll(updaters);
    } else if (transition instanceof Transition.Lost lost) {
      publish(TopologyEventKind.PRIMARY_LOST, null, lost.previous(), lost.stepMillis());
      status(true, false, "Cluster " + cluster + " has lost its primary" + was(lost.previous()));
    } else if (transition instanceof Transition.TimedOut late) {
      publish(TopologyEventKind.ELECTION_TIMED_OUT, null, late.previous(), late.stepMillis());
      status(
          true,
          true,
          "Cluster " + cluster + " has elected no primary in time" + was(late.previous()));
    } else if (transition instanceof Transition.Returned back) {
      publish(
          TopologyEventKind.RECONNECT, back.primary(), back.primary(), total(back.stepMillis()));
      status(false, false, "Primary " + back.primary().host() + " answers again");
    } else if (transition instanceof Transition.Elected elected) {
      elected(elected);
    }
  }

  private void elected(Transition.Elected elected) throws InterruptedException {
    Primary primary = elected.primary();
    publish(TopologyEventKind.PRIMARY_ELECTED, primary, elected.previous(), elected.stepMillis());
    status(
        false,
        false,
        "Primary of cluster %s is %s since term %d"
            .formatted(cluster, primary.host(), primary.term()));
    pending.clear();
    pending.addAll(updaters);
    Map<String, Long> steps = new LinkedHashMap<>(elected.stepMillis());
    steps.putAll(updatePending());
    // Clients may reconnect now, even if somebody could not be told the address.
    publish(TopologyEventKind.RECONNECT, primary, elected.previous(), total(steps));
  }

  private Map<String, Long> updatePending() throws InterruptedException {
    Map<String, Long> steps = new LinkedHashMap<>();
    PrimaryEndpoint endpoint =
        new PrimaryEndpoint(cluster, probe.setName(), probe.setId(), tracker.known());
    for (EndpointUpdater updater : List.copyOf(pending)) {
      Instant begin = clock.instant();
      try {
        updater.update(endpoint);
      } catch (RuntimeException e) {
        LOG.error("The endpoint of cluster {} was not updated by {}", cluster, updater.name(), e);
        continue;
      }
      pending.remove(updater);
      String step = "update." + updater.name();
      long millis = Duration.between(begin, clock.instant()).toMillis();
      steps.put(step, millis);
      publish(
          TopologyEventKind.ENDPOINT_UPDATED,
          endpoint.primary(),
          endpoint.primary(),
          Map.of(step, millis));
    }
    return steps;
  }

  private static Map<String, Long> total(Map<String, Long> steps) {
    Map<String, Long> all = new LinkedHashMap<>(steps);
    all.put(TOTAL, steps.values().stream().mapToLong(Long::longValue).sum());
    return all;
  }

  private static String was(Primary previous) {
    return previous == null ? "" : ", which was " + previous.host();
  }

  private void publish(
      TopologyEventKind kind, Primary primary, Primary previous, Map<String, Long> steps) {
    String name = probe.setName();
    events.accept(
        TopologyEvent.newBuilder()
            .setSource(name.isEmpty() ? cluster : name)
            .setSetId(probe.setId())
            .setKind(kind)
            .setAt(clock.instant().truncatedTo(ChronoUnit.MILLIS))
            .setPrimary(primary == null ? null : primary.host())
            .setPreviousPrimary(previous == null ? null : previous.host())
            .setTerm(primary == null ? -1 : primary.term())
            .setStepMillis(steps)
            .build());
  }

  private void status(boolean lost, boolean overdue, String message) {
    LOG.info("{}", message);
    status = new PrimaryStatus(cluster, lost, overdue, message);
    changed.run();
  }

  @Override
  public void close() {
    stopping = true;
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    probe.close();
  }
}
