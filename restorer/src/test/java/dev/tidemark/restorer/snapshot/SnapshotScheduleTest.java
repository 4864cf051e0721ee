package dev.tidemark.restorer.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.config.RestorerConfig;
import dev.tidemark.restorer.fixture.SteppedTime;
import dev.tidemark.restorer.schedule.RequestScheduler;
import dev.tidemark.schemas.request.SnapshotRequest;
import dev.tidemark.schemas.request.SnapshotRequestKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SnapshotScheduleTest {

  private final List<SnapshotRequest> posted = new ArrayList<>();
  private final SteppedTime time = new SteppedTime(Instant.parse("2026-11-24T01:30:00Z"));

  @Test
  void shouldAskOnceADayWhenNothingElseIsConfigured() {
    RequestScheduler<SnapshotRequest> scheduler = scheduler(Map.of());

    time.step(Duration.ofMinutes(29));
    scheduler.postDue();
    assertThat(posted).isEmpty();
    time.step(Duration.ofMinutes(2));
    scheduler.postDue();
    scheduler.postDue();
    assertThat(posted)
        .extracting(SnapshotRequest::getRequestId)
        .containsExactly("scheduled-shop-2026-11-24T02:00:00Z");
    time.step(Duration.ofDays(1));
    scheduler.postDue();
    assertThat(posted).hasSize(2);
  }

  @Test
  void shouldMakeTheSameRequestWhenSeveralWorkersAsk() {
    RequestScheduler<SnapshotRequest> one = scheduler(Map.of());
    RequestScheduler<SnapshotRequest> other = scheduler(Map.of());
    time.step(Duration.ofHours(1));

    one.postDue();
    time.step(Duration.ofSeconds(3));
    other.postDue();

    assertThat(posted).hasSize(2);
    assertThat(posted.get(0)).isEqualTo(posted.get(1));
  }

  @Test
  void shouldFollowTheClustersOwnExpressionWhenItHasOne() {
    RequestScheduler<SnapshotRequest> hourly =
        scheduler(Map.of("snapshot.schedule.shop", "15 * * * *"));
    RequestScheduler<SnapshotRequest> never = scheduler(Map.of("snapshot.schedule", "none"));
    time.step(Duration.ofHours(1));

    hourly.postDue();
    never.postDue();

    assertThat(posted)
        .extracting(SnapshotRequest::getRequestId)
        .containsExactly("scheduled-shop-2026-11-24T02:15:00Z");
  }

  @Test
  void shouldAskForSyntheticSnapshotsOnlyWhenTheyHaveASchedule() {
    RequestScheduler<SnapshotRequest> never =
        SnapshotSchedule.ofSynthetic(config(Map.of()), posted::add, time);
    RequestScheduler<SnapshotRequest> often =
        SnapshotSchedule.ofSynthetic(
            config(Map.of("snapshot.synthetic.schedule", "0 */4 * * *")), posted::add, time);
    time.step(Duration.ofHours(3));

    never.postDue();
    assertThat(posted).isEmpty();
    often.postDue();

    assertThat(posted).hasSize(1);
    assertThat(posted.get(0).getRequestId())
        .isEqualTo("scheduled-synthetic-shop-2026-11-24T04:00:00Z");
    assertThat(posted.get(0).getKind()).isEqualTo(SnapshotRequestKind.SYNTHETIC);
  }

  @Test
  void shouldNameTheSettingWhenAnExpressionIsWrong() {
    assertThatThrownBy(() -> scheduler(Map.of("snapshot.schedule.shop", "every day")))
        .isInstanceOfSatisfying(
            TidemarkException.class,
            e -> {
              assertThat(e.code()).isEqualTo(RestorerError.RESTORER_CONFIG_INVALID);
              assertThat(e.where()).isEqualTo("snapshot.schedule.shop");
            });
  }

  private RequestScheduler<SnapshotRequest> scheduler(Map<String, String> settings) {
    return SnapshotSchedule.of(config(settings), posted::add, time);
  }

  private static RestorerConfig config(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("bootstrap.servers", "localhost:1");
    all.put("schema.registry.url", "http://localhost:1");
    all.put("archive.url", "file:/nowhere");
    all.put("clusters.shop.uri", "mongodb://localhost:1");
    return new RestorerConfig(all);
  }
}
