package dev.tidemark.tailer.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

class DiscoveryTest {

  private static final BsonDocument SHARDS =
      BsonDocument.parse(
          "{shards: [{_id: 'b', host: 'rs-b/h3:1'}, {_id: 'a', host: 'rs-a/h1:1,h2:1'}], ok: 1}");

  @Test
  void shouldTakeEveryShardAndTheConfigServersOrderedByName() {
    BsonDocument map =
        BsonDocument.parse("{map: {config: 'cfg/c1:1', a: 'rs-a/h1:1,h2:1', b: 'rs-b/h3:1'}}");

    assertThat(Discovery.shards(SHARDS, map))
        .containsExactly(
            Map.entry("cfg", List.of("c1:1")),
            Map.entry("rs-a", List.of("h1:1", "h2:1")),
            Map.entry("rs-b", List.of("h3:1")));
  }

  @Test
  void shouldTakeAConfigServerThatIsAShardOnce() {
    BsonDocument map = BsonDocument.parse("{map: {config: 'rs-a/h1:1,h2:1'}}");

    assertThat(Discovery.shards(SHARDS, map)).containsOnlyKeys("rs-a", "rs-b");
    assertThat(Discovery.shards(SHARDS, new BsonDocument())).containsOnlyKeys("rs-a", "rs-b");
  }
}
