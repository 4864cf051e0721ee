package dev.tidemark.restorer.restore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.archive.key.ObjectKeys;
import java.util.List;
import org.junit.jupiter.api.Test;

class FileNamesTest {

  @Test
  void shouldTakeAnIdAsItIsWhenItMayBeAName() {
    assertThat(FileNames.of("restore-2026.11_a")).isEqualTo("restore-2026.11_a");
  }

  @Test
  void shouldGiveNoTwoRequestsOneName() {
    List<String> ids =
        List.of("a_b", "a/b", "a b", "a:b", ".a", "_.a", "_", "/", "é", "x".repeat(500));

    List<String> names = ids.stream().map(FileNames::of).toList();

    assertThat(names).doesNotHaveDuplicates().allMatch(ObjectKeys::isName);
    assertThat(names).allMatch(name -> name.length() < 200);
    assertThat(FileNames.of("x".repeat(500))).isNotEqualTo(FileNames.of("x".repeat(501)));
    assertThat(names.get(1)).startsWith("a_b-");
  }
}
