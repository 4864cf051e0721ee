package dev.tidemark.restorer.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.config.RestorerConfig;
import dev.tidemark.restorer.fixture.SteppedTime;
import dev.tidemark.restorer.schedule.RequestScheduler;
import dev.tidemark.schemas.alert.DrillMode;
import dev.tidemark.schemas.request.DrillRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DrillScheduleTest {

  private final List<DrillRequest> posted = new ArrayList<>();

  @Test
  void shouldAskOnceAMonthWhenADrillHasATarget() {
    SteppedTime time = at("2026-11-30T12:00:00Z");
    RequestScheduler<DrillRequest> schedule =
        schedule(Map.of("drills.shop.target", "scratch"), time);

    schedule.postDue();
    assertThat(posted).isEmpty();
    time.sleep(16 * 3_600_000L);
    schedule.postDue();
    schedule.postDue();

    assertThat(posted)
        .singleElement()
        .satisfies(
            request -> {
              assertThat(request.getRequestId()).isEqualTo("drill-shop-2026-12-01T04:00:00Z");
              assertThat(request.getTarget()).isEqualTo("scratch");
              assertThat(request.getMode()).isEqualTo(DrillMode.SYNTHETIC_DATA);
            });
  }

  @Test
  void shouldFollowScheduleAndModeWhenTheyAreConfigured() {
    SteppedTime time = at("2026-11-30T12:00:00Z");
    RequestScheduler<DrillRequest> schedule =
        schedule(
            Map.of(
                "drills.shop.target", "scratch",
                "drills.shop.schedule", "0 13 * * *",
                "drills.shop.mode", "newest_backup"),
            time);

    time.sleep(3_600_000L);
    schedule.postDue();

    assertThat(posted)
        .singleElement()
        .extracting(DrillRequest::getMode)
        .isEqualTo(DrillMode.NEWEST_BACKUP);
  }

  @Test
  void shouldNeverAskWhenNoDrillIsConfigured() {
    SteppedTime time = at("2026-11-30T12:00:00Z");
    RequestScheduler<DrillRequest> schedule = schedule(Map.of(), time);

    time.sleep(40 * 24 * 3_600_000L);
    schedule.postDue();

    assertThat(posted).isEmpty();
  }

  @Test
  void shouldRefuseATargetThatIsNotThere() {
    assertThatThrownBy(
            () -> schedule(Map.of("drills.shop.target", "nobody"), at("2026-11-30T12:00:00Z")))
        .isInstanceOfSatisfying(
            TidemarkException.class,
            e -> assertThat(e.code()).isEqualTo(RestorerError.REQUEST_UNKNOWN_TARGET));
  }

  @Test
  void shouldNameTheSettingWhenAModeIsWrong() {
    Map<String, String> settings =
        Map.of("drills.shop.target", "scratch", "drills.shop.mode", "full");

    assertThatThrownBy(() -> schedule(settings, at("2026-11-30T12:00:00Z")))
        .isInstanceOfSatisfying(
            TidemarkException.class,
            e -> {
              assertThat(e.code()).isEqualTo(RestorerError.RESTORER_CONFIG_INVALID);
              assertThat(e.where()).isEqualTo("drills.shop.mode");
            });
  }

  private static SteppedTime at(String instant) {
    return new SteppedTime(Instant.parse(instant));
  }

  private RequestScheduler<DrillRequest> schedule(Map<String, String> settings, SteppedTime time) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("bootstrap.servers", "localhost:1");
    all.put("schema.registry.url", "http://localhost:1");
    all.put("archive.url", "file:/nowhere");
    all.put("clusters.shop.uri", "mongodb://localhost:1");
    all.put("targets.scratch.uri", "mongodb://localhost:2");
    return DrillSchedule.of(new RestorerConfig(all), posted::add, time);
  }
}
