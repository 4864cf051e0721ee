package dev.tidemark.archive.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.oplog.optime.Optime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RestoreTargetTest {

  @Test
  void shouldParseEveryForm() {
    Optime optime = Optime.of(1_705_654_321L, 7);
    Instant instant = Instant.parse("2026-11-22T13:00:00Z");

    assertThat(RestoreTarget.parse("1705654321:7")).isEqualTo(new RestoreTarget.At(optime));
    assertThat(RestoreTarget.parse("before 1705654321:7"))
        .isEqualTo(new RestoreTarget.Before(optime));
    assertThat(RestoreTarget.parse(" 2026-11-22T13:00:00Z "))
        .isEqualTo(new RestoreTarget.AtInstant(instant));
    assertThat(RestoreTarget.parse("2026-11-22T15:00:00.000+02:00"))
        .isEqualTo(new RestoreTarget.AtInstant(instant));
    assertThat(RestoreTarget.parse("latest")).isEqualTo(new RestoreTarget.Latest());
  }

  @Test
  void shouldPrintWhatItParses() {
    for (String text :
        new String[] {"1705654321:7", "before 1705654321:7", "2026-11-22T13:00:00Z", "latest"}) {
      assertThat(RestoreTarget.parse(text)).hasToString(text);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "now",
        "1705654321",
        "1705654321:-1",
        "before",
        "before 0:0",
        "before latest",
        "2026-11-22T13:00:00",
        "2026-11-22",
        "2026-13-22T13:00:00Z"
      })
  void shouldRefuseEverythingElse(String text) {
    assertThatExceptionOfType(ArchiveException.class)
        .isThrownBy(() -> RestoreTarget.parse(text))
        .satisfies(e -> assertThat(e.error()).isEqualTo(ArchiveError.ARCHIVE_TARGET_INVALID));
  }
}
