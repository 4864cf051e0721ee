package dev.tidemark.oplog.update;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.fixture.CapturedOplog;
import dev.tidemark.oplog.fixture.Fixtures;
import dev.tidemark.oplog.key.DocumentKey;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.oplog.txn.ApplyWindow;
import dev.tidemark.oplog.txn.TransactionAssembler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Applies whole oplogs to the collections that no command renames or drops, entry by entry, and
 * compares every moment's documents with what the server held then.
 */
class UpdateReplayTest {

  private static final Set<String> HARMLESS = Set.of("createIndexes", "dropIndexes", "collMod");

  private final Map<UUID, Map<DocumentKey, BsonSlice>> collections = new HashMap<>();
  private final Map<String, UUID> names = new HashMap<>();
  private final Set<String> ambiguous = new HashSet<>();
  private final UpdateApplier applier = new UpdateApplier(ModifierOrder.LEXICOGRAPHIC);

  @ParameterizedTest
  @EnumSource
  void shouldReachEveryStateByteForByteWhenOplogIsReplayed(
      CapturedOplog oplog, @TempDir Path folder) throws IOException {
    Path unpacked = oplog.unpack(folder);
    readDump(unpacked.resolve("dump"));
    List<OplogEntry> entries =
        Fixtures.documents(unpacked.resolve("oplog.bson")).stream().map(OplogEntry::read).toList();
    entries.forEach(this::readNames);
    TransactionAssembler assembler =
        new TransactionAssembler(
            ApplyWindow.ofReplicaSet(entries.get(0).optime(), new Optime(Long.MAX_VALUE)));
    int at = 0;
    int compared = 0;
    for (Path file : states(unpacked.resolve("expected"))) {
      BsonDocument state = BsonDocument.parse(Files.readString(file));
      Optime target = optime(file);
      while (at < entries.size() && !entries.get(at).optime().isAfter(target)) {
        assembler.accept(entries.get(at++), (operation, effective) -> apply(operation));
      }
      compared += compare(file, state.getDocument("namespaces"));
    }
    assertThat(compared).isGreaterThan(5);
  }

  private int compare(Path file, BsonDocument namespaces) {
    int compared = 0;
    for (String namespace : namespaces.keySet()) {
      BsonDocument expected = namespaces.getDocument(namespace);
      UUID uuid = names.get(namespace);
      if (uuid == null || ambiguous.contains(namespace)) {
        continue;
      }
      List<byte[]> documents = new ArrayList<>();
      for (BsonSlice document : collections.get(uuid).values()) {
        documents.add(document.toByteArray());
      }
      assertThat(documents)
          .as("%s at %s", namespace, file.getFileName())
          .hasSize(expected.getNumber("count").intValue());
      assertThat(digest(documents))
          .as("%s at %s", namespace, file.getFileName())
          .isEqualTo(expected.getString("sha256_of_sorted_raw_bson").getValue());
      compared++;
    }
    return compared;
  }

  private void apply(OplogEntry operation) {
    Map<DocumentKey, BsonSlice> documents = collections.get(operation.collection());
    if (documents == null) {
      return;
    }
    switch (operation.kind()) {
      case INSERT -> documents.put(DocumentKey.ofDocument(operation.o()), operation.o());
      case DELETE -> documents.remove(DocumentKey.ofDocument(operation.o()));
      case UPDATE ->
          documents.computeIfPresent(
              DocumentKey.ofDocument(operation.o2()),
              (key, before) -> applier.apply(before, operation));
      case COMMAND, NOOP -> {}
    }
  }

  private void readDump(Path dump) throws IOException {
    try (Stream<Path> files = Files.walk(dump)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".metadata.json")).toList()) {
        BsonDocument metadata = BsonDocument.parse(Files.readString(file));
        if (!metadata.containsKey("uuid")) {
          continue;
        }
        String collection = file.getFileName().toString().replace(".metadata.json", "");
        UUID uuid = uuid(metadata.getString("uuid").getValue());
        Map<DocumentKey, BsonSlice> documents = new HashMap<>();
        for (BsonSlice document : Fixtures.documents(file.resolveSibling(collection + ".bson"))) {
          documents.put(DocumentKey.ofDocument(document), document);
        }
        collections.put(uuid, documents);
        name(file.getParent().getFileName() + "." + collection, uuid);
      }
    }
  }

  private void readNames(OplogEntry entry) {
    if (!entry.op().equals("c")) {
      return;
    }
    BsonDocument command = BsonDocument.parse(entry.o().toRawBsonDocument().toJson());
    String kind = command.getFirstKey();
    String database = entry.namespace().substring(0, entry.namespace().indexOf('.'));
    if (kind.equals("create")) {
      collections.putIfAbsent(entry.collection(), new HashMap<>());
      name(database + "." + command.getString("create").getValue(), entry.collection());
    } else if (kind.equals("renameCollection")) {
      ambiguous.add(command.getString("renameCollection").getValue());
      ambiguous.add(command.getString("to").getValue());
    } else if (command.get(kind).isString() && !HARMLESS.contains(kind)) {
      ambiguous.add(database + "." + command.getString(kind).getValue());
    }
  }

  private void name(String namespace, UUID uuid) {
    UUID previous = names.putIfAbsent(namespace, uuid);
    if (previous != null && !previous.equals(uuid)) {
      ambiguous.add(namespace);
    }
  }

  private static UUID uuid(String hex) {
    String digits = hex.replace("-", "");
    return new UUID(
        Long.parseUnsignedLong(digits.substring(0, 16), 16),
        Long.parseUnsignedLong(digits.substring(16), 16));
  }

  private static List<Path> states(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted((left, right) -> optime(left).compareTo(optime(right))).toList();
    }
  }

  private static Optime optime(Path file) {
    return Optime.parse(file.getFileName().toString().replace(".json", "").replace('-', ':'));
  }

  private static String digest(List<byte[]> documents) {
    documents.sort(Arrays::compareUnsigned);
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      documents.forEach(sha::update);
      return HexFormat.of().formatHex(sha.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
