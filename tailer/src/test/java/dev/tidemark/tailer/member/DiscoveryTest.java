package dev.tidemark.tailer.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.tailer.config.TaskAssignment;
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

  @Test
  void shouldRefuseASetThatTwoConnectionStringsLeadTo() {
    TaskAssignment first = set(0, 0, "rs0", "65aa0f0e6f2b4c0d9e8f7a61");
    TaskAssignment other = set(1, 1, "rs0", "65aa0f0e6f2b4c0d9e8f7a62");

    Discovery.refuseTwice(List.of(first, other));
    assertThatThrownBy(
            () -> Discovery.refuseTwice(List.of(first, other, set(2, 2, "rs0", first.setId()))))
        .hasMessageContainingAll(
            "TAILER_CONFIG_INVALID",
            "mongodb.uri",
            "connection strings 1 and 3",
            "a blank where a comma",
            "mongodb://mongo-1:27017,mongo-2:27017/?replicaSet=rs0");
  }

  private static TaskAssignment set(int task, int uri, String name, String id) {
    return new TaskAssignment(task, uri, name, id, List.of("a:1"));
  }
}
