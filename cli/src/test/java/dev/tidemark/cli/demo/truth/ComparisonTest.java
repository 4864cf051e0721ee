package dev.tidemark.cli.demo.truth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.archive.digest.CollectionState;
import dev.tidemark.archive.digest.CollectionState.Content;
import dev.tidemark.archive.digest.LogicalState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

class ComparisonTest {

  private static final BsonDocument INDEX = BsonDocument.parse("{name: 'a_1', key: {a: 1}}");

  @Test
  void shouldFindNothingWhenBothHoldTheSame() {
    assertThat(Comparison.differences(state("a.b", "aa"), state("a.b", "aa"))).isEmpty();
  }

  @Test
  void shouldNameMissingAndSurplusNamespaces() {
    assertThat(Comparison.differences(state("a.b", "aa"), state("a.c", "aa")))
        .containsExactly("a.b is missing", "a.c should not exist");
  }

  @Test
  void shouldShowBothDigestsWhenDocumentsDiffer() {
    assertThat(Comparison.differences(state("a.b", "aa"), state("a.b", "bb")))
        .singleElement()
        .asString()
        .contains("digest bb instead of 1 documents, 9 bytes, digest aa");
  }

  @Test
  void shouldSayWhetherIndexesOrOptionsDiffer() {
    CollectionState wanted = collection("aa", "{}", List.of(INDEX));
    assertThat(difference(wanted, collection("aa", "{}", List.of()))).contains("indexes []");
    assertThat(difference(wanted, collection("aa", "{capped: true}", List.of(INDEX))))
        .contains("options {\"capped\": true}");
  }

  private static String difference(CollectionState wanted, CollectionState found) {
    return Comparison.differences(state("a.b", wanted), state("a.b", found)).get(0);
  }

  private static LogicalState state(String namespace, String digest) {
    return state(namespace, collection(digest, "{}", List.of()));
  }

  private static LogicalState state(String namespace, CollectionState collection) {
    return new LogicalState(Optional.empty(), new TreeMap<>(Map.of(namespace, collection)));
  }

  private static CollectionState collection(
      String digest, String options, List<BsonDocument> indexes) {
    return new CollectionState(
        "collection",
        BsonDocument.parse(options),
        indexes,
        Optional.of(new Content(1, 9, digest, Optional.empty())));
  }
}
