package dev.tidemark.archiver.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.archive.chain.ChainPosition;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archiver.cut.SetWatch;
import dev.tidemark.archiver.error.ArchiverError;
import dev.tidemark.archiver.upload.Segments;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.event.EventKinds;
import dev.tidemark.schemas.event.OplogEventView;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Supplier;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiverMetricsTest {

  private static final long NOW = 1_700_000_000_000L;
  private static final ReplicaSetRef SET = new ReplicaSetRef("rs0", "5f00000000000000000000dd");
  private static final MBeanServer JMX = ManagementFactory.getPlatformMBeanServer();

  @TempDir Path spool;
  private final ArchiverMetrics metrics = new ArchiverMetrics(new StillTime());
  private final SetWatch watch = metrics.assignment();

  private static final class StillTime implements Time {
    @Override
    public long milliseconds() {
      return NOW;
    }

    @Override
    public long nanoseconds() {
      return 0;
    }

    @Override
    public void sleep(long ms) {
      throw new UnsupportedOperationException("time stands still");
    }

    @Override
    public void waitObject(Object monitor, Supplier<Boolean> condition, long deadlineMs) {
      throw new UnsupportedOperationException("time stands still");
    }
  }

  @AfterEach
  void close() {
    metrics.close();
  }

  private static ObjectName bean() throws JMException {
    return new ObjectName("tidemark.archiver:type=archive-metrics,set=" + SET.folder());
  }

  private static Object value(String name) throws JMException {
    return JMX.getAttribute(bean(), name);
  }

  private void accept(String kind, long observed, ByteBuffer entry) {
    watch.accepted(
        SET,
        new ChainPosition(1, 1),
        new OplogEventView(
            kind, SET.setId(), SET.name(), 1, 1, 0, -1, NOW, observed, "i", "db.c", entry));
  }

  private SegmentIndexEntry segment(Optime last, long wall) throws IOException {
    SegmentIndexEntry entry =
        new Segments(Files.createTempDirectory(spool, "s")).segment(100, 1, 0).entry();
    return SegmentIndexEntry.newBuilder(entry)
        .setLastTs(last.value())
        .setMaxWall(Instant.ofEpochMilli(wall))
        .build();
  }

  @Test
  void shouldMeasureWhatIsTakenFromTheTopic() throws JMException {
    accept(EventKinds.ENTRY, NOW - 700, ByteBuffer.allocate(5));
    accept(EventKinds.ENTRY, NOW - 600, ByteBuffer.allocate(6));
    accept(EventKinds.GAP, NOW - 500, null);
    watch.open(SET, NOW - 1_500, 77);

    assertThat(value("entries-total")).isEqualTo(2.0);
    assertThat(value("entry-bytes-total")).isEqualTo(11.0);
    assertThat(value("gaps-total")).isEqualTo(1.0);
    assertThat(value("observed-age-ms")).isEqualTo(500.0);
    assertThat(value("open-segment-age-ms")).isEqualTo(1_500.0);
    assertThat(value("open-segment-bytes")).isEqualTo(77.0);

    watch.closed(SET);

    assertThat(value("open-segment-age-ms")).isEqualTo(0.0);
    assertThat(value("open-segment-bytes")).isEqualTo(0.0);
  }

  @Test
  void shouldTellTheNewestArchivedOptimeToItsLastBit() throws Exception {
    watch.closed(SET);
    assertThat(value("durable-optime")).isEqualTo("0:0");
    assertThat(value("durable-age-ms")).isEqualTo(-1.0);
    assertThat(value("observed-age-ms")).isEqualTo(-1.0);

    watch.resumed(SET, segment(Optime.of(1_699_999_990, 1_025), NOW - 9_000));

    assertThat(value("durable-optime")).isEqualTo("1699999990:1025");
    assertThat(value("durable-age-ms")).isEqualTo(9_000.0);
    assertThat(value("segments-total")).isEqualTo(0.0);

    watch.published(SET, segment(Optime.of(1_699_999_999, 7), NOW - 1_000));

    assertThat(value("durable-optime")).isEqualTo("1699999999:7");
    assertThat(value("durable-age-ms")).isEqualTo(1_000.0);
    assertThat(value("segments-total")).isEqualTo(1.0);
  }

  @Test
  void shouldTellWhetherASetIsStopped() throws JMException {
    watch.recovered(SET);
    assertThat(value("stopped")).isEqualTo(0.0);

    watch.stopped(
        SET, new TidemarkException(ArchiverError.ARCHIVER_CHAIN_BROKEN, "broken", "", ""));
    assertThat(value("stopped")).isEqualTo(1.0);

    watch.recovered(SET);
    assertThat(value("stopped")).isEqualTo(0.0);
  }

  @Test
  void shouldShowASetAsLongAsAPartitionWithItIsAssigned() throws JMException {
    SetWatch next = metrics.assignment();
    watch.stopped(
        SET, new TidemarkException(ArchiverError.ARCHIVER_CHAIN_BROKEN, "broken", "", ""));
    next.closed(SET);

    watch.close();
    assertThat(JMX.isRegistered(bean())).isTrue();

    next.close();
    assertThat(JMX.isRegistered(bean())).isFalse();

    SetWatch again = metrics.assignment();
    again.closed(SET);
    assertThat(value("stopped")).isEqualTo(0.0);
  }
}
