package dev.tidemark.archive.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.optime.Optime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DumpRoundTripTest {

  private static final SnapshotTimes TIMES =
      new SnapshotTimes(Optime.of(1_700_000_000, 1), Optime.of(1_700_000_007, 3));

  private static final CollectionMetadata METADATA =
      new CollectionMetadata(
          CollectionMetadata.COLLECTION,
          BsonDocument.parse("{\"capped\": true, \"size\": {\"$numberLong\": \"4096\"}}"),
          List.of(
              BsonDocument.parse("{\"v\": 2, \"key\": {\"_id\": 1}, \"name\": \"_id_\"}"),
              BsonDocument.parse(
                  "{\"v\": 2, \"key\": {\"b\": -1, \"a\": 1.0}, \"name\": \"b_-1_a_1\"}")),
          Optional.of(UUID.fromString("699f503d-f64b-4aa8-a484-a8052046fa3a")));

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldReadWhatItWrote(boolean gzip) throws IOException {
    List<BsonSlice> documents = documents(20_000);
    Path target = folder.resolve("dump");
    try (DumpWriter writer = DumpWriter.create(target, gzip)) {
      writer.metadata("shop", "a/b", METADATA);
      try (DocumentWriter file = writer.documents("shop", "a/b")) {
        for (BsonSlice document : documents) {
          file.write(document);
        }
      }
      writer.metadata("shop", "n".repeat(250), METADATA);
      writer.documents("shop", "n".repeat(250)).close();
      writer.metadata(
          "shop",
          "v",
          new CollectionMetadata(
              CollectionMetadata.VIEW,
              BsonDocument.parse("{\"viewOn\": \"a/b\", \"pipeline\": []}"),
              List.of(),
              Optional.empty()));
      assertThat(target).doesNotExist();
      writer.finish(TIMES);
    }

    try (Dump dump = Dumps.open(target)) {
      assertThat(dump.times()).contains(TIMES);
      assertThat(dump.hasOplog()).isFalse();
      assertThat(dump.collections())
          .extracting(DumpedCollection::namespace)
          .containsExactly("shop.a/b", "shop." + "n".repeat(250), "shop.v");
      DumpedCollection first = dump.collections().get(0);
      assertThat(first.metadata()).isEqualTo(METADATA);
      assertThat(read(dump, first)).containsExactlyElementsOf(documents);
      assertThat(read(dump, dump.collections().get(1))).isEmpty();
      assertThat(dump.collections().get(2).hasDocuments()).isFalse();
      assertThat(dump.collections().get(2).metadata().isView()).isTrue();
    }
    assertThat(folder).isDirectoryNotContaining("glob:**.partial");
  }

  @Test
  void shouldWriteFilesAsMongodumpDoes() throws IOException {
    Path target = folder.resolve("dump");
    try (DumpWriter writer = DumpWriter.create(target, false)) {
      writer.metadata("shop", "orders", METADATA);
      writer.finish(TIMES);
    }

    assertThat(target.resolve("shop/orders.metadata.json"))
        .hasContent(
            "{\"options\": {\"capped\": true, \"size\": {\"$numberLong\": \"4096\"}}, \"indexes\":"
                + " [{\"v\": {\"$numberInt\": \"2\"}, \"key\": {\"_id\": {\"$numberInt\": \"1\"}},"
                + " \"name\": \"_id_\"}, {\"v\": {\"$numberInt\": \"2\"}, \"key\": {\"b\":"
                + " {\"$numberInt\": \"-1\"}, \"a\": {\"$numberDouble\": \"1.0\"}}, \"name\":"
                + " \"b_-1_a_1\"}], \"uuid\": \"699f503df64b4aa8a484a8052046fa3a\","
                + " \"collectionName\": \"orders\", \"type\": \"collection\"}");
    assertThat(target.resolve("snapshot.json"))
        .hasContent("{\"start\":{\"t\":1700000000,\"i\":1},\"end\":{\"t\":1700000007,\"i\":3}}");
  }

  @Test
  void shouldRemoveWhatItWroteWhenItIsNotFinished() throws IOException {
    Path target = folder.resolve("dump");
    try (DumpWriter writer = DumpWriter.create(target, false)) {
      writer.metadata("shop", "orders", METADATA);
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void shouldRefuseADirectoryThatExists() throws IOException {
    Path target = Files.createDirectory(folder.resolve("dump"));
    assertThatThrownBy(() -> DumpWriter.create(target, false))
        .isInstanceOfSatisfying(
            ArchiveException.class, e -> assertThat(e.error()).isEqualTo(ArchiveError.DUMP_EXISTS));
  }

  @Test
  void shouldRefuseNamesThatLeadOutOfTheDump() throws IOException {
    try (DumpWriter writer = DumpWriter.create(folder.resolve("dump"), false)) {
      for (String name : new String[] {"..", ".", "", "a/b", "/etc", "a\\b", "a\0b"}) {
        assertThatThrownBy(() -> writer.metadata(name, "c", METADATA))
            .isInstanceOfSatisfying(
                ArchiveException.class,
                e -> assertThat(e.error()).isEqualTo(ArchiveError.DUMP_NAME_INVALID));
      }
    }
  }

  @Test
  void shouldReadDumpsOfOldTools() throws IOException {
    Path database = Files.createDirectories(folder.resolve("old/db1"));
    Files.writeString(
        database.resolve("c1.metadata.json"),
        "{\"options\":{},\"indexes\":[{\"v\":2,\"key\":{\"_id\":1},\"name\":\"_id_\"}]}");
    Files.write(database.resolve("c1.bson"), documents(1).get(0).toByteArray());
    Files.write(database.resolve("alone.bson"), documents(1).get(0).toByteArray());
    Files.write(database.resolve("system.indexes.bson"), documents(1).get(0).toByteArray());

    try (Dump dump = Dumps.open(folder.resolve("old"))) {
      assertThat(dump.collections())
          .extracting(DumpedCollection::namespace)
          .containsExactly("db1.alone", "db1.c1");
      assertThat(dump.collections().get(1).metadata().uuid()).isEmpty();
      assertThat(dump.times()).isEmpty();
    }
  }

  @Test
  void shouldTellWhichMetadataFileIsDamaged() throws IOException {
    Path database = Files.createDirectories(folder.resolve("broken/db1"));
    Files.writeString(database.resolve("c1.metadata.json"), "{\"options\": ");

    assertThatThrownBy(() -> Dumps.open(folder.resolve("broken")))
        .isInstanceOf(ArchiveException.class)
        .hasMessageStartingWith("DUMP_MALFORMED")
        .hasMessageContaining("c1.metadata.json");
  }

  private static List<BsonSlice> read(Dump dump, DumpedCollection collection) throws IOException {
    List<BsonSlice> documents = new ArrayList<>();
    try (DocumentReader reader = dump.documents(collection)) {
      for (BsonSlice next = reader.next(); next != null; next = reader.next()) {
        documents.add(next);
      }
    }
    return documents;
  }

  private static List<BsonSlice> documents(int count) {
    List<BsonSlice> documents = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      documents.add(
          Bson.document("{\"_id\": " + i + ", \"text\": \"" + "x".repeat(i % 97) + "\"}"));
    }
    return documents;
  }
}
