package dev.tidemark.archive.dump;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CollectionFileNameTest {

  @Test
  void shouldEscapeAsMongodumpDoes() {
    assertThat(CollectionFileName.of("orders")).isEqualTo("orders");
    assertThat(CollectionFileName.of("a/b c.d-e_f~g*h")).isEqualTo("a%2Fb+c.d-e_f~g%2Ah");
    assertThat(CollectionFileName.of("größe$")).isEqualTo("gr%C3%B6%C3%9Fe%24");
  }

  @Test
  void shouldFindTheCollectionOfAFile() {
    for (String name : new String[] {"orders", "a/b c.d-e_f~g*h", "größe$", "50%", "a+b"}) {
      assertThat(CollectionFileName.collection(CollectionFileName.of(name))).isEqualTo(name);
    }
  }

  @Test
  void shouldTakeNamesOfOldDumpsAsTheyAre() {
    assertThat(CollectionFileName.collection("50%")).isEqualTo("50%");
  }

  @Test
  void shouldCutLongNamesAndAddTheirHash() {
    String name = "n".repeat(239);
    // SHA-1 in the alphabet for URLs.
    assertThat(CollectionFileName.of(name))
        .isEqualTo("n".repeat(208) + "%24" + "KlE1B8w-hZ88ofC8BT2w5nPt7Ws")
        .hasSize(238);
    assertThat(CollectionFileName.of("n".repeat(238))).isEqualTo("n".repeat(238));
  }
}
