package dev.tidemark.archive.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartSizesTest {

  private static final long LARGEST_OBJECT = 5L << 40;

  @ParameterizedTest
  @ValueSource(ints = {MultipartUpload.MIN_PART_BYTES, 16 << 20, 1 << 30})
  void shouldTakeTheLargestObjectInAsManyPartsAsItMayHave(int firstBytes) {
    PartSizes sizes = new PartSizes(firstBytes);

    assertThat(IntStream.rangeClosed(1, MultipartUpload.MAX_PARTS).mapToLong(sizes::of).sum())
        .isGreaterThanOrEqualTo(LARGEST_OBJECT);
    assertThat(IntStream.rangeClosed(1, MultipartUpload.MAX_PARTS).map(sizes::of))
        .isSorted()
        .allSatisfy(size -> assertThat(size).isBetween(firstBytes, PartSizes.MAX_BYTES));
  }

  @Test
  void shouldKeepPartsEqualUntilThereAreManyOfThem() {
    PartSizes sizes = new PartSizes(16 << 20);

    assertThat(sizes.of(1)).isEqualTo(16 << 20);
    assertThat(sizes.of(2_000)).isEqualTo(16 << 20);
    assertThat(sizes.of(2_001)).isEqualTo(32 << 20);
    assertThat(sizes.of(2_800)).isEqualTo(32 << 20);
    assertThat(sizes.of(2_801)).isEqualTo(64 << 20);
  }

  @Test
  void shouldRefusePartsThatS3WouldRefuse() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PartSizes(MultipartUpload.MIN_PART_BYTES - 1));
  }
}
