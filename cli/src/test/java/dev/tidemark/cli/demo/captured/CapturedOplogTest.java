package dev.tidemark.cli.demo.captured;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.archive.digest.LogicalState;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CapturedOplogTest {

  @TempDir private Path directory;

  @BeforeEach
  void layOut() throws IOException {
    Files.createDirectory(directory.resolve("dump"));
    Files.createDirectory(directory.resolve("expected"));
    Files.createFile(directory.resolve("oplog.bson"));
  }

  @Test
  void shouldReadTheMomentsInOrderOfTime() throws IOException {
    expected("1000-10.json", "{\"ts\": {\"t\": 1000, \"i\": 10}, \"namespaces\": {}}");
    expected(
        "1000-9.json",
        """
        {"ts": {"t": 1000, "i": 9}, "namespaces": {
          "a.capped": {"type": "collection", "options": {"capped": true},
            "indexes": [{"key": {"_id": {"$numberInt": "1"}}, "name": "_id_"}],
            "count": 2, "bytes": 30, "sha256_of_sorted_raw_bson": "aa",
            "sha256_in_insertion_order": "bb"},
          "a.view": {"type": "view", "options": {"viewOn": "capped", "pipeline": []}}}}
        """);
    List<LogicalState> moments = CapturedOplog.open(directory).moments();
    assertThat(moments)
        .extracting(LogicalState::moment)
        .containsExactly(Optional.of(Optime.of(1000, 9)), Optional.of(Optime.of(1000, 10)));
    LogicalState first = moments.get(0);
    assertThat(first.namespaces().get("a.view").content()).isEmpty();
    assertThat(first.namespaces().get("a.capped").content())
        .hasValueSatisfying(
            c -> {
              assertThat(c.count()).isEqualTo(2);
              assertThat(c.inOrder()).hasValue("bb");
            });
    assertThat(first.namespaces().get("a.capped").indexes())
        .containsExactly(BsonDocument.parse("{key: {_id: 1}, name: '_id_'}"));
  }

  @Test
  void shouldNameWhatIsMissing() throws IOException {
    Files.delete(directory.resolve("dump"));
    assertThatThrownBy(() -> CapturedOplog.open(directory))
        .isInstanceOf(TidemarkException.class)
        .hasMessageContaining("a part of the captured oplog is missing")
        .hasMessageContaining("dump");
  }

  @Test
  void shouldNameTheFileThatIsNotInTheFormat() throws IOException {
    expected("1-1.json", "{\"namespaces\": {\"a.b\": {}}}");
    assertThatThrownBy(() -> CapturedOplog.open(directory))
        .isInstanceOf(TidemarkException.class)
        .hasMessageContaining("1-1.json");
  }

  private void expected(String name, String json) throws IOException {
    Files.writeString(directory.resolve("expected").resolve(name), json);
  }
}
