package dev.tidemark.monitor.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.oplog.optime.Optime;
import org.junit.jupiter.api.Test;

class OplogWindowTest {

  private static final long NOW = 1_700_000_000;
  private static final ReplicaSetRef SET = new ReplicaSetRef("rs0", "65a9f0a1b2c3d4e5f6a7b8c9");

  private static OplogWindow window(long seconds, double fullness) {
    return new OplogWindow("shop", SET, Optime.of(NOW - seconds, 1), Optime.of(NOW, 1), fullness);
  }

  @Test
  void shouldGiveAFullOplogTheTimeItHoldsLessWhatTheCaptureIsBehind() {
    assertThat(window(3600, 1).headroom(Optime.of(NOW, 1))).isEqualTo(3600);
    assertThat(window(3600, 1).headroom(Optime.of(NOW - 600, 1))).isEqualTo(3000);
  }

  @Test
  void shouldExtrapolateAnOplogThatIsNotFull() {
    assertThat(window(3600, 0.5).headroom(Optime.of(NOW, 1))).isEqualTo(7200);
  }

  @Test
  void shouldSetNoLimitWhileTheOplogHasRoom() {
    assertThat(window(60, 0.01).headroom(Optime.of(NOW, 1))).isEqualTo(Double.POSITIVE_INFINITY);
  }

  @Test
  void shouldBeNegativeWhenThePositionIsGone() {
    assertThat(window(3600, 0.01).headroom(Optime.of(NOW - 3601, 1))).isNegative();
  }
}
