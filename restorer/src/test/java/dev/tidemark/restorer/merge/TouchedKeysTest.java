package dev.tidemark.restorer.merge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class TouchedKeysTest {

  @Test
  void shouldKnowExactlyWhatItWasGivenAsLongAsThereIsMemory() {
    TouchedKeys keys = new TouchedKeys(new KeyMemory(1 << 20));
    Random random = new Random(1);
    long[] given = random.longs(10_000).toArray();
    for (long hash : given) {
      keys.add(hash);
      keys.add(hash);
    }
    keys.add(0);

    assertThat(keys.count()).isEqualTo(10_001);
    for (long hash : given) {
      assertThat(keys.mayContain(hash)).isTrue();
    }
    assertThat(keys.mayContain(0)).isTrue();
    assertThat(random.longs(10_000).filter(keys::mayContain).count()).isZero();
  }

  @Test
  void shouldForgetNothingAndClaimLittleWhenMemoryRunsOut() {
    TouchedKeys keys = new TouchedKeys(new KeyMemory(64 << 10));
    Random random = new Random(2);
    long[] given = random.longs(40_000).toArray();
    for (long hash : given) {
      keys.add(hash);
    }

    for (long hash : given) {
      assertThat(keys.mayContain(hash)).isTrue();
    }
    assertThat(random.longs(100_000).filter(keys::mayContain).count()).isLessThan(2_000);
  }
}
