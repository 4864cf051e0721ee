package dev.tidemark.archive.sort;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExternalSorterTest {

  @TempDir private Path directory;

  /** In memory, in some files, and in more files than are merged at once. */
  @ParameterizedTest
  @ValueSource(longs = {1 << 20, 20_000, 900})
  void shouldSortUnsignedBytes(long memory) throws IOException {
    Random random = new Random(3);
    List<byte[]> records = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      records.add(bytes);
    }
    List<byte[]> sorted = new ArrayList<>();
    try (ExternalSorter sorter = new ExternalSorter(directory, memory)) {
      for (byte[] record : records) {
        sorter.add(record.clone());
      }
      try (SortedRecords result = sorter.sorted()) {
        for (byte[] next = result.next(); next != null; next = result.next()) {
          sorted.add(next);
        }
      }
    }
    records.sort(Arrays::compareUnsigned);
    assertThat(sorted).hasSameSizeAs(records);
    for (int i = 0; i < records.size(); i++) {
      assertThat(sorted.get(i)).isEqualTo(records.get(i));
    }
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).isEmpty();
    }
  }
}
