package dev.tidemark.cli.demo.captured;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.archive.digest.CollectionState;
import dev.tidemark.archive.digest.CollectionState.Content;
import dev.tidemark.archive.digest.LogicalState;
import dev.tidemark.cli.error.CliError;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bson.BsonDocument;

/** Reads a logical state that was written down in the digest format. */
final class ExpectedState {

  private static final ObjectMapper JSON = new ObjectMapper();

  private ExpectedState() {}

  /**
   * Reads a file such as {@code expected/1705654321-7.json}.
   *
   * @throws TidemarkException if it is not in the digest format
   */
  static LogicalState read(Path file) {
    try {
      JsonNode root = JSON.readTree(file.toFile());
      SortedMap<String, CollectionState> namespaces = new TreeMap<>();
      root.required("namespaces")
          .properties()
          .forEach(entry -> namespaces.put(entry.getKey(), collection(entry.getValue())));
      Optime moment = Optime.of(root.at("/ts/t").longValue(), root.at("/ts/i").longValue());
      return new LogicalState(Optional.of(moment), namespaces);
    } catch (IOException | IllegalArgumentException e) {
      throw new TidemarkException(
          CliError.CLI_FILE,
          "the expected state cannot be read: " + e.getMessage(),
          file.toString(),
          "Give a file in the digest format",
          e);
    }
  }

  private static CollectionState collection(JsonNode node) {
    List<BsonDocument> indexes = new ArrayList<>();
    node.path("indexes").forEach(index -> indexes.add(BsonDocument.parse(index.toString())));
    indexes.sort(Comparator.comparing(index -> index.getString("name").getValue()));
    Optional<Content> content =
        node.has("count")
            ? Optional.of(
                new Content(
                    node.required("count").longValue(),
                    node.required("bytes").longValue(),
                    node.required("sha256_of_sorted_raw_bson").textValue(),
                    Optional.ofNullable(node.path("sha256_in_insertion_order").textValue())))
            : Optional.empty();
    return new CollectionState(
        node.required("type").textValue(),
        BsonDocument.parse(node.required("options").toString()),
        indexes,
        content);
  }
}
