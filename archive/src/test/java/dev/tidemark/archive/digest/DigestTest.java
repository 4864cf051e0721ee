package dev.tidemark.archive.digest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.archive.dump.Bson;
import dev.tidemark.archive.dump.Dump;
import dev.tidemark.archive.dump.Dumps;
import dev.tidemark.oplog.bson.BsonSlice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigestTest {

  @TempDir private Path folder;

  @Test
  void shouldPrintTheStateInItsDocumentedForm() throws Exception {
    Path database = Files.createDirectories(folder.resolve("dump/shop"));
    Files.writeString(
        folder.resolve("dump/snapshot.json"),
        "{\"start\": {\"t\": 7, \"i\": 1}, \"end\": {\"t\": 7, \"i\": 1}}");
    Files.writeString(
        database.resolve("log.metadata.json"),
        "{\"options\": {\"capped\": true, \"size\": 4096}, \"indexes\": [{\"v\": 2, \"key\": {\"b\":"
            + " 1, \"a\": -1}, \"name\": \"b_1_a_-1\", \"ns\": \"shop.log\", \"background\": true},"
            + " {\"v\": 2, \"key\": {\"_id\": 1}, \"name\": \"_id_\"}], \"type\": \"collection\"}");
    byte[] second = Bson.document("{\"_id\": 2}").toByteArray();
    byte[] first = Bson.document("{\"_id\": 1}").toByteArray();
    Files.write(database.resolve("log.bson"), concatenated(second, first));
    Files.writeString(
        database.resolve("v.metadata.json"),
        "{\"options\": {\"viewOn\": \"log\", \"pipeline\": []}, \"indexes\": [], \"type\":"
            + " \"view\"}");

    String json;
    try (Dump dump = Dumps.open(folder.resolve("dump"))) {
      json = new DumpDigester(folder, 1 << 20).digest(dump).toJson().toString();
    }

    assertThat(json)
        .isEqualTo(
            "{\"ts\":{\"t\":7,\"i\":1},\"namespaces\":{\"shop.log\":{\"type\":\"collection\","
                + "\"options\":{\"capped\":true,\"size\":{\"$numberInt\":\"4096\"}},\"indexes\":["
                + "{\"key\":{\"_id\":{\"$numberInt\":\"1\"}},\"name\":\"_id_\"},"
                + "{\"key\":{\"b\":{\"$numberInt\":\"1\"},\"a\":{\"$numberInt\":\"-1\"}},"
                + "\"name\":\"b_1_a_-1\"}],\"count\":2,\"bytes\":28,"
                + "\"sha256_of_sorted_raw_bson\":\""
                + sha256(concatenated(first, second))
                + "\",\"sha256_in_insertion_order\":\""
                + sha256(concatenated(second, first))
                + "\"},\"shop.v\":{\"type\":\"view\",\"options\":{\"viewOn\":\"log\",\"pipeline\":[]}"
                + "}}}");
  }

  @Test
  void shouldAddUpDocumentsInAnyOrderAndInParts() {
    List<BsonSlice> documents = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      documents.add(Bson.document("{\"_id\": " + i + "}"));
    }
    DocumentSum.Digest whole = sum(documents);
    Collections.shuffle(documents, new Random(1));

    assertThat(sum(documents)).isEqualTo(whole);
    assertThat(sum(documents.subList(0, 300)).plus(sum(documents.subList(300, 1_000))))
        .isEqualTo(whole);
    assertThat(sum(documents.subList(1, 1_000))).isNotEqualTo(whole);
    assertThat(DocumentSum.Digest.of(whole.count(), whole.bytes(), whole.hex())).isEqualTo(whole);
    assertThat(whole.count()).isEqualTo(1_000);
  }

  @Test
  void shouldKeepItsHashForEver() {
    // Digests are stored in manifests and checkpoints.
    assertThat(sum(List.of(Bson.document("{\"_id\": 1}"))).hex()).hasSize(32).isEqualTo(GOLDEN);
  }

  private static final String GOLDEN = "d7178728e5f154aeecb2b7abece78699";

  private static DocumentSum.Digest sum(List<BsonSlice> documents) {
    DocumentSum sum = new DocumentSum();
    documents.forEach(sum::add);
    return sum.digest();
  }

  private static byte[] concatenated(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
