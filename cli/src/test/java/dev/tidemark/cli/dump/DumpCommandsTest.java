package dev.tidemark.cli.dump;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.cli.Tidemark;
import dev.tidemark.oplog.optime.Optime;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DumpCommandsTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TRANSACTION =
      "\"lsid\": {\"id\": 1}, \"txnNumber\": {\"$numberLong\": \"1\"}";

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void shouldMaterializeACapturedStateThatHasTheExpectedDigest() throws IOException {
    Path captured = unpack("tricky-14");
    List<Path> expected;
    try (Stream<Path> files = Files.list(captured.resolve("expected"))) {
      expected = files.sorted().toList();
    }
    JsonNode state = JSON.readTree(expected.get(3).toFile());
    String optime = state.at("/ts/t").asText() + ":" + state.at("/ts/i").asText();
    Path result = folder.resolve("result");

    assertThat(
            run(
                "materialize",
                "--dump",
                captured.resolve("dump").toString(),
                "--oplog",
                captured.resolve("oplog.bson").toString(),
                "--to",
                optime,
                "--out",
                result.toString(),
                "--gzip",
                "--json"))
        .as(err.toString())
        .isZero();
    JsonNode report = JSON.readTree(out.toString());
    assertThat(report.get("complete").asBoolean()).isTrue();
    assertThat(report.get("target").asText()).isEqualTo(optime);

    assertThat(run("digest", "--dump", result.toString())).isZero();
    JsonNode digest = JSON.readTree(out.toString());
    assertThat(digest.get("ts")).isEqualTo(state.get("ts"));
    assertThat(digest.get("namespaces").size()).isEqualTo(state.get("namespaces").size());
    for (var namespace : state.get("namespaces").properties()) {
      JsonNode got = digest.get("namespaces").get(namespace.getKey());
      for (String field :
          List.of("count", "bytes", "sha256_of_sorted_raw_bson", "sha256_in_insertion_order")) {
        assertThat(got.get(field))
            .as("%s of %s", field, namespace.getKey())
            .isEqualTo(namespace.getValue().get(field));
      }
    }
  }

  @Test
  void shouldExitWith1AndNameTheUpdatesThatNothingExplains() throws IOException {
    Path dump = dump();
    Path oplog =
        oplog(
            entry(1, "\"op\": \"n\", \"ns\": \"\", \"o\": {}"),
            entry(
                2,
                "\"op\": \"u\", \"ns\": \"shop.orders\", \"o\": {\"$v\": 1, \"$set\": {\"q\": 1}},"
                    + " \"o2\": {\"_id\": 77}"));
    Path result = folder.resolve("result");

    assertThat(materialize(dump, oplog, "latest", result)).isEqualTo(1);

    assertThat(out.toString())
        .contains("MERGE_BASE_INCOMPLETE")
        .contains("shop.orders {\"_id\": {\"$numberInt\": \"77\"}} at 1700000002:1");
    assertThat(result.resolve("shop/orders.bson")).exists();
  }

  @Test
  void shouldTakeAnInstantAndABeforeForAMoment() throws IOException {
    Path dump = dump();
    Path oplog = oplog(insert(1), insert(2), insert(3));

    assertThat(materialize(dump, oplog, "2023-11-14T22:13:22Z", folder.resolve("a"))).isZero();
    assertThat(out.toString()).contains("at 1700000002:1:").contains("2 documents");
    assertThat(materialize(dump, oplog, "before 1700000003:1", folder.resolve("b"))).isZero();
    assertThat(out.toString()).contains("2 documents");
    assertThat(materialize(dump, oplog, "latest", folder.resolve("c"))).isZero();
    assertThat(out.toString()).contains("3 documents");
  }

  @Test
  void shouldRefuseAMomentAfterTheOplogAndLeaveNothingBehind() throws IOException {
    Path dump = dump();
    Path oplog = oplog(insert(1));

    assertThat(materialize(dump, oplog, "1700000009:1", folder.resolve("a"))).isEqualTo(2);

    assertThat(err.toString()).contains("MERGE_OPLOG_TOO_SHORT").contains("1700000001:1");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactlyInAnyOrder(dump, oplog);
    }
  }

  @Test
  void shouldRefuseADirectoryThatExists() throws IOException {
    Path dump = dump();
    assertThat(materialize(dump, oplog(insert(1)), "latest", dump)).isEqualTo(2);
    assertThat(err.toString()).contains("DUMP_EXISTS").contains(dump.toString());
  }

  @Test
  void shouldExplainWrongUsageInOneLine() {
    assertThat(run("materialize", "--to", "latest", "--out", "x")).isEqualTo(2);
    assertThat(err.toString()).startsWith("error: one of --archive, --dump and --shard is needed");
    assertThat(run("materialize", "--shard", "../x=y", "--to", "latest", "--out", "x"))
        .isEqualTo(2);
    assertThat(run("materialize", "--dump", "d", "--to", "soon", "--out", "x")).isEqualTo(2);
    assertThat(err.toString()).contains("ARCHIVE_TARGET_INVALID");
    assertThat(run("digest", "--dump", folder.resolve("none").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("DUMP_MISSING");
  }

  @Test
  void shouldBringShardsToOneMoment() throws IOException {
    Path dump = dump();
    Path first = oplog(insert(1), insert(3));
    Path second = Files.copy(oplog(insert(2), insert(4)), folder.resolve("second.bson"));
    Path firstCopy = Files.copy(oplog(insert(1), insert(3)), folder.resolve("first.bson"));
    assertThat(first).exists();

    assertThat(
            run(
                "materialize",
                "--shard",
                "rs1=" + dump + "," + firstCopy,
                "--shard",
                "rs2=" + dump + "," + second,
                "--to",
                "latest",
                "--out",
                folder.resolve("shards").toString(),
                "--json"))
        .as(err.toString())
        .isZero();

    JsonNode shards = JSON.readTree(out.toString()).get("shards");
    assertThat(shards.at("/rs1/target").asText()).isEqualTo("1700000003:1");
    assertThat(shards.at("/rs2/target").asText()).isEqualTo("1700000003:1");
    assertThat(shards.at("/rs1/documents").asInt()).isEqualTo(2);
    assertThat(shards.at("/rs2/documents").asInt()).isEqualTo(1);
    assertThat(folder.resolve("shards/rs2/snapshot.json")).exists();
  }

  @Test
  void shouldLeaveOutOfTheShardThatASkipNames() throws IOException {
    Path dump = dump();
    Path entries = oplog(insert(1), insert(2), insert(3));
    Path bases = folder.resolve("bases");
    assertThat(materializeShards(dump, dump, entries, "1700000001:1", bases)).isZero();
    Path rs1 = bases.resolve("rs1");
    Path rs2 = bases.resolve("rs2");

    assertThat(
            materializeShards(
                rs1, rs2, entries, "latest", folder.resolve("any"), "--skip", "1700000002:1"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("UNDO_REFUSED", "rs1:1700000002:1 or rs2:1700000002:1");
    assertThat(
            materializeShards(
                rs1, rs2, entries, "latest", folder.resolve("left"), "--skip", "rs2:1700000002:1"))
        .as(err.toString())
        .isZero();

    JsonNode shards = JSON.readTree(out.toString()).get("shards");
    assertThat(shards.at("/rs1/documents").asInt()).isEqualTo(3);
    assertThat(shards.at("/rs2/documents").asInt()).isEqualTo(2);
    assertThat(shards.at("/rs2/undo/operations/0/rule").asText()).isEqualTo("rs2:1700000002:1");
    assertThat(folder.resolve("any")).doesNotExist();
  }

  private int materializeShards(
      Path rs1, Path rs2, Path entries, String to, Path result, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "materialize",
                "--shard",
                "rs1=" + rs1 + "," + entries,
                "--shard",
                "rs2=" + rs2 + "," + entries,
                "--to",
                to,
                "--out",
                result.toString(),
                "--json"));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  @Test
  void shouldPrintEntriesOneALine() throws IOException {
    Path oplog = oplog(insert(1), transaction(2), insert(3));

    assertThat(run("oplog", oplog.toString())).isZero();
    assertThat(out.toString().lines())
        .hasSize(3)
        .first()
        .asString()
        .startsWith("{\"ts\": {\"$timestamp\": {\"t\": 1700000001, \"i\": 1}}")
        .contains("\"o\": {\"_id\": {\"$numberInt\": \"1\"}}");

    assertThat(run("oplog", oplog.toString(), "--op", "c")).isZero();
    assertThat(out.toString().lines()).hasSize(1);
    // An operation inside a transaction belongs to its own namespace.
    assertThat(run("oplog", oplog.toString(), "--ns", "bank.*")).isZero();
    assertThat(out.toString().lines()).hasSize(1);
    assertThat(run("oplog", oplog.toString(), "--ns", "shop.orders", "--from", "1700000002:1"))
        .isZero();
    assertThat(out.toString().lines()).hasSize(1);
    assertThat(run("oplog", oplog.toString(), "--to", "1700000001:1")).isZero();
    assertThat(out.toString().lines()).hasSize(1);
  }

  @Test
  void shouldCountEntries() throws IOException {
    Path oplog = oplog(insert(1), transaction(2), insert(3));

    assertThat(run("oplog", oplog.toString(), "--stats", "--json")).isZero();

    JsonNode stats = JSON.readTree(out.toString());
    assertThat(stats.get("entries").asInt()).isEqualTo(3);
    assertThat(stats.at("/kinds/i").asInt()).isEqualTo(2);
    assertThat(stats.at("/namespaces/shop.orders/i").asInt()).isEqualTo(2);
    assertThat(stats.at("/insideApplyOps/bank.ledger/i").asInt()).isEqualTo(1);
    assertThat(stats.get("first").asText()).isEqualTo("1700000001:1");
    assertThat(stats.get("last").asText()).isEqualTo("1700000003:1");
    assertThat(stats.get("openTransactions").size()).isEqualTo(1);

    assertThat(run("oplog", oplog.toString(), "--stats")).isZero();
    assertThat(out.toString()).contains("open transactions  1").contains("bank.ledger  i 1");
  }

  private int materialize(Path dump, Path oplog, String to, Path result) {
    return run(
        "materialize",
        "--dump",
        dump.toString(),
        "--oplog",
        oplog.toString(),
        "--to",
        to,
        "--out",
        result.toString());
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Tidemark.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
        .execute(arguments);
  }

  /** An empty collection {@code shop.orders}. */
  private Path dump() throws IOException {
    Path dump = folder.resolve("dump");
    Path database = Files.createDirectories(dump.resolve("shop"));
    Files.writeString(
        database.resolve("orders.metadata.json"),
        "{\"options\": {}, \"indexes\": [], \"type\": \"collection\"}");
    Files.write(database.resolve("orders.bson"), new byte[0]);
    return dump;
  }

  private static String insert(int second) {
    return entry(
        second, "\"op\": \"i\", \"ns\": \"shop.orders\", \"o\": {\"_id\": " + second + "}");
  }

  /** The first part of a transaction that never ends. */
  private static String transaction(int second) {
    return entry(
        second,
        "\"op\": \"c\", \"ns\": \"admin.$cmd\", "
            + TRANSACTION
            + ", \"o\": {\"applyOps\": [{\"op\": \"i\", \"ns\": \"bank.ledger\", \"o\": {\"_id\":"
            + " 5}}], \"partialTxn\": true}");
  }

  private static String entry(int second, String fields) {
    Optime optime = Optime.of(1_700_000_000L + second, 1);
    return "{\"ts\": {\"$timestamp\": {\"t\": "
        + optime.seconds()
        + ", \"i\": 1}}, \"t\": {\"$numberLong\": \"1\"}, \"v\": 2, \"wall\": {\"$date\":"
        + " {\"$numberLong\": \""
        + optime.seconds() * 1000
        + "\"}}, "
        + fields
        + "}";
  }

  private Path oplog(String... entries) throws IOException {
    Path file = folder.resolve("oplog.bson");
    Files.write(file, new byte[0]);
    byte[] all = new byte[0];
    for (String entry : entries) {
      byte[] bson = bson(entry);
      int end = all.length;
      all = Arrays.copyOf(all, end + bson.length);
      System.arraycopy(bson, 0, all, end, bson.length);
    }
    return Files.write(file, all);
  }

  private static byte[] bson(String json) {
    RawBsonDocument raw = new RawBsonDocument(BsonDocument.parse(json), new BsonDocumentCodec());
    byte[] bytes = new byte[raw.getByteBuffer().remaining()];
    raw.getByteBuffer().get(bytes);
    return bytes;
  }

  private Path unpack(String name) throws IOException {
    Path target = folder.resolve(name);
    try (InputStream packed =
            DumpCommandsTest.class.getResourceAsStream("/fixtures/" + name + ".zip");
        ZipInputStream zip = new ZipInputStream(Objects.requireNonNull(packed, name))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = target.resolve(entry.getName());
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.copy(zip, file);
      }
    }
    return target;
  }
}
