package dev.tidemark.tailer.reader;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.tailer.cursor.Opening;
import dev.tidemark.tailer.cursor.Oplog;
import dev.tidemark.tailer.cursor.OplogCursor;
import dev.tidemark.tailer.cursor.OplogOpener;
import dev.tidemark.tailer.error.TailerError;
import dev.tidemark.tailer.event.EventRecords;
import dev.tidemark.tailer.fault.Faults;
import dev.tidemark.tailer.fault.RetryPolicy;
import dev.tidemark.tailer.member.Hello;
import dev.tidemark.tailer.member.Member;
import dev.tidemark.tailer.member.MemberFinder;
import dev.tidemark.tailer.metrics.EntryCounts;
import dev.tidemark.tailer.metrics.TailerMetric;
import dev.tidemark.tailer.metrics.TailerMetrics;
import dev.tidemark.tailer.queue.RecordQueue;
import java.util.List;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one set's oplog ahead of Connect: finds a member, opens a cursor behind the newest event,
 * queues what comes, and starts over after a fault. Runs on a thread of its own, which alone uses
 * the driver; ends when it is interrupted or after a failure that it leaves in the queue.
 */
public final class OplogReader implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(OplogReader.class);

  // What one takes in memory, so that those of a paused connector do not pile up without bound.
  private static final int HEARTBEAT_BYTES = 1_024;

  private final String replicaSet;
  private final MemberFinder members;
  private final MemberHealth health;
  private final OplogOpener opener;
  private final EventRecords events;
  private final BatchWriter batches;
  private final RecordQueue queue;
  private final RetryPolicy retries;
  private final TailerMetrics metrics;
  private final EntryCounts counts = new EntryCounts();
  private boolean opened;

  public OplogReader(
      String replicaSet,
      MemberFinder members,
      MemberHealth health,
      OplogOpener opener,
      EventRecords events,
      BatchWriter batches,
      RecordQueue queue,
      RetryPolicy retries,
      TailerMetrics metrics) {
    this.replicaSet = replicaSet;
    this.members = members;
    this.health = health;
    this.opener = opener;
    this.events = events;
    this.batches = batches;
    this.queue = queue;
    this.retries = retries;
    this.metrics = metrics;
  }

  @Override
  public void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        readUntilFault();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      if (!Faults.isInterrupt(e)) {
        queue.fail(e);
      }
    } catch (Error e) {
      queue.fail(new IllegalStateException("the reading thread ended with " + e, e));
      throw e;
    }
  }

  private void readUntilFault() throws InterruptedException {
    String where = "replica set " + replicaSet;
    Member reading = null;
    try (Member member = members.find()) {
      reading = member;
      where += ", member " + member;
      health.requireSameSet(member);
      read(member);
    } catch (RuntimeException e) {
      if (Faults.isInterrupt(e)) {
        throw e;
      }
      TidemarkException fault = Faults.classify(e, where);
      if (!Faults.isRetriable(fault)) {
        throw fault == null ? e : fault;
      }
      if (reading != null) {
        members.avoid(reading.address());
      }
      metrics.count(TailerMetric.FAULTS_TOTAL);
      retries.pauseAfter(fault);
    }
  }

  private void read(Member member) throws InterruptedException {
    Opening opening = opener.open(member, events.position());
    try (OplogCursor cursor = opening.cursor()) {
      log.info(
          "Replica set {}: reading the oplog of {} from {}",
          replicaSet,
          member,
          events.position() == null ? "its start position" : events.position());
      if (opened) {
        metrics.count(TailerMetric.RECONNECTS_TOTAL);
      }
      opened = true;
      publish(opening);
      retries.succeeded();
      Hello hello = freshHello(cursor);
      while (true) {
        if (health.isDue()) {
          hello = freshHello(cursor);
        }
        if (health.isOldestDue()) {
          metrics.oplogBegins(Oplog.oldest(member));
        }
        // An empty answer covers what was majority-committed before the getMore was sent: that is
        // what the hello before it said, whatever is committed meanwhile.
        List<BsonSlice> entries = cursor.next();
        if (entries.isEmpty()) {
          heartbeat(hello, member);
        } else {
          publish(entries, null);
        }
        retries.succeeded();
      }
    }
  }

  private Hello freshHello(OplogCursor cursor) {
    Hello hello = health.ask(cursor.member());
    metrics.heard(hello);
    if (!cursor.isSameProcess(hello)) {
      throw new TidemarkException(
          TailerError.TAILER_CURSOR_LOST,
          "another server answers under the member's address",
          "replica set " + replicaSet + ", member " + cursor.member(),
          "The cursor is opened again");
    }
    health.requireBest(hello, cursor.member());
    return hello;
  }

  private void publish(Opening opening) throws InterruptedException {
    SourceRecord marker = null;
    events.observe();
    if (opening.marker() != Opening.Marker.NONE) {
      OplogEntry next = OplogEntry.read(opening.entries().get(0));
      Optime optime = next.optime();
      if (opening.marker() == Opening.Marker.START) {
        marker = events.start(optime, next.term());
        log.info("Replica set {}: capture starts at {}", replicaSet, optime);
      } else {
        marker = events.gap(optime, next.term());
        metrics.count(TailerMetric.GAPS_TOTAL);
        log.error("Replica set {}: entries before {} are lost", replicaSet, optime);
      }
    }
    if (opening.failure() != null) {
      publish(List.of(), marker);
      throw opening.failure();
    }
    publish(opening.entries(), marker);
  }

  private void publish(List<BsonSlice> entries, SourceRecord marker) throws InterruptedException {
    events.observe();
    if (marker != null) {
      batches.add(marker, 0);
    }
    for (BsonSlice raw : entries) {
      OplogEntry entry = OplogEntry.read(raw);
      batches.add(events.entry(entry), raw.length());
      counts.add(entry);
    }
    metrics.read(counts);
    batches.flush();
  }

  private void heartbeat(Hello hello, Member member) throws InterruptedException {
    if (!health.mayBeat(hello, member)) {
      return;
    }
    events.observe();
    SourceRecord heartbeat = events.heartbeat(hello.majority(), hello.majorityTerm());
    if (heartbeat != null) {
      metrics.count(TailerMetric.HEARTBEATS_TOTAL);
      batches.add(heartbeat, HEARTBEAT_BYTES);
      batches.flush();
    }
  }
}
