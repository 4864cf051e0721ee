package dev.tidemark.tailer.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.tailer.member.Hello;
import dev.tidemark.tailer.stack.SteppedTime;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TailerMetricsTest {

  private static final MBeanServer JMX = ManagementFactory.getPlatformMBeanServer();

  private final SteppedTime time = new SteppedTime();
  private final Newest newest = new Newest();
  private final TailerMetrics metrics =
      new TailerMetrics("oplog", 2, "rs0", newest, () -> 25L, 100, time);

  private static final class Newest implements TailerMetrics.Acknowledged {
    private Optime optime = Optime.ZERO;
    private long wall;

    @Override
    public Optime optime() {
      return optime;
    }

    @Override
    public long wall() {
      return wall;
    }
  }

  @AfterEach
  void close() {
    metrics.close();
  }

  private static ObjectName name() throws JMException {
    return new ObjectName("tidemark.tailer:type=oplog-metrics,connector=oplog,task=2,set=rs0");
  }

  private static Object value(TailerMetric metric) throws JMException {
    return JMX.getAttribute(name(), metric.text());
  }

  private static OplogEntry entry(String op, long term) {
    RawBsonDocument raw =
        new RawBsonDocument(
            BsonDocument.parse(
                "{op: '"
                    + op
                    + "', ns: 'a.b', o: {}, t: {$numberLong: '"
                    + term
                    + "'}, ts: {$timestamp: {t: 1, i: 1}}}"),
            new BsonDocumentCodec());
    byte[] bytes = new byte[raw.getByteBuffer().remaining()];
    raw.getByteBuffer().get(bytes);
    return OplogEntry.read(bytes);
  }

  private static Hello hello(Optime majority) {
    return new Hello(
        "rs0", List.of(), "a:1", false, false, true, false, false, true, null, majority, 1, 1_000,
        1_700);
  }

  @Test
  void shouldNameItsBeanAsExportersMatchIt() throws JMException {
    assertThat(JMX.queryNames(name(), null))
        .extracting(ObjectName::toString)
        .containsExactly("tidemark.tailer:type=oplog-metrics,connector=oplog,task=2,set=rs0");
  }

  @Test
  void shouldRegisterEveryMetricWithItsDescription() throws JMException {
    assertThat(JMX.getMBeanInfo(name()).getAttributes())
        .extracting(attribute -> attribute.getName())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(TailerMetric.values())
                .map(TailerMetric::text)
                .collect(Collectors.toList()));
    assertThat(TailerMetric.values())
        .allSatisfy(metric -> assertThat(metric.description()).matches("[A-Z].*\\."));
  }

  @Test
  void shouldCountEntriesAndBytesByKind() throws JMException {
    EntryCounts counts = new EntryCounts();
    counts.add(entry("i", 1));
    counts.add(entry("i", 1));
    counts.add(entry("xi", 1));
    metrics.read(counts);
    counts.add(entry("u", 2));
    metrics.read(counts);

    int size = entry("i", 1).raw().length();
    assertThat(value(TailerMetric.ENTRIES_TOTAL)).isEqualTo(4.0);
    assertThat(value(TailerMetric.INSERTS_TOTAL)).isEqualTo(2.0);
    assertThat(value(TailerMetric.INSERT_BYTES_TOTAL)).isEqualTo(2.0 * size);
    assertThat(value(TailerMetric.UPDATES_TOTAL)).isEqualTo(1.0);
    assertThat(value(TailerMetric.OTHERS_TOTAL)).isEqualTo(1.0);
    assertThat(value(TailerMetric.LARGEST_ENTRY_BYTES)).isEqualTo(size + 1.0);
    assertThat(value(TailerMetric.PRIMARY_CHANGES_TOTAL)).isEqualTo(1.0);
  }

  @Test
  void shouldShowNoLagWhileEverythingKnownIsAcknowledged() throws JMException {
    newest.optime = Optime.of(100, 5);
    newest.wall = time.milliseconds() - 60_000;
    metrics.heard(hello(Optime.of(100, 5)));

    assertThat(value(TailerMetric.LAG_MS)).isEqualTo(0.0);
    assertThat(value(TailerMetric.LAG_OPTIME_SECONDS)).isEqualTo(0.0);
    assertThat(value(TailerMetric.MEMBER_LAG_MS)).isEqualTo(700.0);
  }

  @Test
  void shouldShowLagAndHeadroom() throws JMException {
    newest.optime = Optime.of(100, 5);
    newest.wall = time.milliseconds() - 60_000;
    metrics.heard(hello(Optime.of(130, 1)));
    metrics.oplogBegins(Optime.of(40, 1));

    assertThat(value(TailerMetric.LAG_MS)).isEqualTo(60_000.0);
    assertThat(value(TailerMetric.LAG_OPTIME_SECONDS)).isEqualTo(30.0);
    assertThat(value(TailerMetric.OPLOG_HEADROOM_SECONDS)).isEqualTo(60.0);
    assertThat(value(TailerMetric.ACKNOWLEDGED_OPTIME)).isEqualTo("100:5");
    assertThat(value(TailerMetric.MAJORITY_OPTIME)).isEqualTo("130:1");
    assertThat(value(TailerMetric.QUEUE_FILL)).isEqualTo(0.25);
  }

  @Test
  void shouldNotBelieveAnOldWordOfAMember() throws JMException {
    newest.optime = Optime.of(100, 5);
    newest.wall = time.milliseconds();
    metrics.heard(hello(Optime.of(100, 5)));
    metrics.oplogBegins(Optime.of(40, 1));

    time.sleep(30_000);

    assertThat(value(TailerMetric.LAG_MS)).isEqualTo(30_000.0);
    assertThat(value(TailerMetric.MEMBER_LAG_MS)).isEqualTo(30_700.0);
    assertThat(value(TailerMetric.OPLOG_HEADROOM_SECONDS)).isEqualTo(30.0);
  }

  @Test
  void shouldShowTheLagOfWhatWasAcknowledgedBeforeTheStart() throws JMException {
    newest.optime = Optime.of(100, 5);
    newest.wall = time.milliseconds() - 60_000;

    assertThat(value(TailerMetric.LAG_MS)).isEqualTo(60_000.0);
  }

  @Test
  void shouldTakeItsMBeanAwayWhenClosed() throws JMException {
    metrics.close();

    assertThat(JMX.isRegistered(name())).isFalse();
  }
}
