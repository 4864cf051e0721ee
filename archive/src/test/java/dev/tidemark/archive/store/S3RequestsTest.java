package dev.tidemark.archive.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.key.ObjectKeys;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over the wire, and what becomes of the answers that a real service gives at times. */
class S3RequestsTest {

  private static final byte[] CONTENT = "content".getBytes(StandardCharsets.UTF_8);

  private final List<Headers> puts = new ArrayList<>();
  private final List<Headers> uploads = new ArrayList<>();
  private final Deque<Integer> putAnswers = new ArrayDeque<>();
  private final List<String> ranges = new ArrayList<>();
  private final byte[] object = new byte[100_000];
  private LoopbackServer server;
  private final AtomicInteger repetitions = new AtomicInteger();
  private int cutOffAfter = Integer.MAX_VALUE;
  private boolean frozen;

  @BeforeEach
  void start() throws IOException {
    for (int i = 0; i < object.length; i++) {
      object[i] = (byte) (i * 31);
    }
    server = new LoopbackServer(this::answer);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      switch (exchange.getRequestMethod()) {
        case "PUT" -> answerPut(exchange);
        case "GET" -> answerGet(exchange);
        case "POST" -> answerUpload(exchange);
        default -> exchange.sendResponseHeaders(404, -1);
      }
    }
  }

  private void answerPut(HttpExchange exchange) throws IOException {
    puts.add(exchange.getRequestHeaders());
    int status = putAnswers.isEmpty() ? 200 : putAnswers.removeFirst();
    if (status == 200) {
      exchange.getResponseHeaders().set("ETag", "\"e1\"");
      exchange.sendResponseHeaders(200, -1);
    } else {
      String code =
          switch (status) {
            case 409 -> "ConditionalRequestConflict";
            case 412 -> "PreconditionFailed";
            case 501 -> "NotImplemented";
            default -> "SlowDown";
          };
      LoopbackServer.answer(
          exchange, status, "<Error><Code>" + code + "</Code><Message>no</Message></Error>");
    }
  }

  private void answerUpload(HttpExchange exchange) throws IOException {
    uploads.add(exchange.getRequestHeaders());
    LoopbackServer.answer(
        exchange,
        200,
        "<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>");
  }

  private void answerGet(HttpExchange exchange) throws IOException {
    if (frozen) {
      byte[] body =
          "<Error><Code>InvalidObjectState</Code></Error>".getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(403, body.length);
      exchange.getResponseBody().write(body);
      return;
    }
    String range = exchange.getRequestHeaders().getFirst("Range");
    ranges.add(String.valueOf(range));
    int from = 0;
    if (range != null) {
      from = Integer.parseInt(range.substring("bytes=".length(), range.indexOf('-')));
    }
    int length = object.length - from;
    exchange.getResponseHeaders().set("ETag", "\"e1\"");
    exchange.sendResponseHeaders(range == null ? 200 : 206, length);
    // Closing early resets the connection in the middle of the body.
    exchange.getResponseBody().write(object, from, Math.min(length, cutOffAfter));
  }

  private ObjectStore open(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put(S3Config.ENDPOINT_CONFIG, server.url());
    settings.put(S3Config.ACCESS_KEY_ID_CONFIG, "id");
    settings.put(S3Config.SECRET_ACCESS_KEY_CONFIG, "secret");
    settings.put(ArchiveConfig.URL_CONFIG, "s3://bucket/prefix");
    return ObjectStores.open(new ArchiveConfig(settings), repetitions::addAndGet);
  }

  @Test
  void shouldSendTheSettingsForNewObjects() {
    try (ObjectStore store =
        open(
            Map.of(
                S3Config.ENCRYPTION_CONFIG,
                "aws:kms",
                S3Config.KMS_KEY_ID_CONFIG,
                "key-1",
                S3Config.STORAGE_CLASS_CONFIG,
                "STANDARD_IA",
                S3Config.LOCK_MODE_CONFIG,
                "COMPLIANCE",
                S3Config.LOCK_DAYS_CONFIG,
                "7"))) {
      store.put("shop/oplog/k", ObjectContent.of(CONTENT), PutCondition.ifAbsent());
    }

    assertThat(puts)
        .singleElement()
        .satisfies(
            headers -> {
              assertThat(headers.getFirst("x-amz-server-side-encryption")).isEqualTo("aws:kms");
              assertThat(headers.getFirst("x-amz-server-side-encryption-aws-kms-key-id"))
                  .isEqualTo("key-1");
              assertThat(headers.getFirst("x-amz-storage-class")).isEqualTo("STANDARD_IA");
              assertThat(headers.getFirst("x-amz-object-lock-mode")).isEqualTo("COMPLIANCE");
              assertThat(headers.getFirst("x-amz-object-lock-retain-until-date")).isNotEmpty();
              assertThat(headers.getFirst("If-None-Match")).isEqualTo("*");
              assertThat(headers.getFirst("x-amz-checksum-crc32c")).isNotEmpty();
            });
  }

  @Test
  void shouldStoreOnlyWhatWasBackedUpInTheClassThatIsSet() {
    ObjectKeys keys = new ObjectKeys("shop");
    try (ObjectStore store = open(Map.of(S3Config.STORAGE_CLASS_CONFIG, "GLACIER_IR"))) {
      for (String key :
          List.of(
              keys.oplogPrefix() + "rs0-65a9/2026/11/22/13/65a9f2b100000007.avro",
              keys.manifest("s1"),
              keys.probe(),
              keys.pin("r1"),
              keys.retentionTurn(),
              "shop/index/rs0-65a9/2026-11-22T13.avro",
              "shop/tombstones/rs0-65a9/removed.json",
              "encryption.marker")) {
        store.put(key, ObjectContent.of(CONTENT), PutCondition.always());
      }
      store.startUpload(keys.snapshotFile("s1", "rs0", "shop/orders.bson.gz"));
      store.startUpload(keys.work("r1", "window"));
    }

    assertThat(puts)
        .extracting(headers -> headers.getFirst("x-amz-storage-class"))
        .containsExactly("GLACIER_IR", null, null, null, null, null, null, null);
    assertThat(uploads)
        .extracting(headers -> headers.getFirst("x-amz-storage-class"))
        .containsExactly("GLACIER_IR", null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GLACIER", "deep_archive"})
  void shouldRefuseAClassThatCannotBeReadAtOnce(String storageClass) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> open(Map.of(S3Config.STORAGE_CLASS_CONFIG, storageClass)))
        .withMessageContaining("archive.s3.storage.class")
        .withMessageContaining("lifecycle rule");
  }

  @Test
  void shouldSayThatAnObjectHasToBeThawed() {
    frozen = true;
    try (ObjectStore store = open(Map.of())) {
      assertThatExceptionOfType(ArchiveException.class)
          .isThrownBy(() -> store.read("k"))
          .satisfies(e -> assertThat(e.error()).isEqualTo(ArchiveError.ARCHIVE_OBJECT_FROZEN));
    }
  }

  @Test
  void shouldAskForNoEncryptionAtAnEndpointOfOnesOwnUnlessTold() {
    for (Map<String, String> settings :
        List.of(Map.<String, String>of(), Map.of(S3Config.ENCRYPTION_CONFIG, "AES256"))) {
      try (ObjectStore store = open(settings)) {
        store.put("k", ObjectContent.of(CONTENT), PutCondition.always());
        store.startUpload("large");
      }
    }

    assertThat(List.of(puts, uploads))
        .allSatisfy(
            requests ->
                assertThat(requests)
                    .extracting(headers -> headers.getFirst("x-amz-server-side-encryption"))
                    .containsExactly(null, "AES256"));
  }

  @Test
  void shouldAskAwsForEncryptionUnlessToldOtherwise() {
    ArchiveConfig plain = ArchiveConfig.ofUrl("s3://bucket");
    ArchiveConfig none = new ArchiveConfig(Map.of(S3Config.ENCRYPTION_CONFIG, "none"));

    assertThat(S3WriteSettings.of(plain.s3(), false).encryption()).isEqualTo("AES256");
    assertThat(S3WriteSettings.of(none.s3(), false).encryption()).isNull();
  }

  @Test
  void shouldRepeatAPutThatMetAnotherOneOrAnOverloadedServer() {
    putAnswers.addAll(List.of(409, 503, 409));
    try (ObjectStore store = open(Map.of())) {
      PutResult result = store.put("k", ObjectContent.of(CONTENT), PutCondition.ifAbsent());

      assertThat(result.isStored()).isTrue();
      assertThat(puts).hasSize(4);
    }
  }

  @Test
  void shouldTellHowOftenARequestWasRepeatedWhetherOrNotItSucceeded() {
    try (ObjectStore store = open(Map.of(S3Config.MAX_ATTEMPTS_CONFIG, "3"))) {
      store.put("k", ObjectContent.of(CONTENT), PutCondition.always());
      assertThat(repetitions).hasValue(0);

      putAnswers.addAll(List.of(503, 503));
      store.put("k", ObjectContent.of(CONTENT), PutCondition.always());
      assertThat(repetitions).hasValue(2);

      putAnswers.addAll(List.of(503, 503, 503));
      assertThatExceptionOfType(ArchiveException.class)
          .isThrownBy(() -> store.put("k", ObjectContent.of(CONTENT), PutCondition.always()));
      assertThat(repetitions).hasValue(4);
    }
  }

  @Test
  void shouldLeaveItToTheCallerWhenTheFirstAnswerWasLost() {
    putAnswers.addAll(List.of(503, 412));
    try (ObjectStore store = open(Map.of())) {
      assertThat(store.put("k", ObjectContent.of(CONTENT), PutCondition.ifAbsent()).isStored())
          .isFalse();
    }
  }

  @Test
  void shouldSayWhatTheStoreDoesNotImplement() {
    putAnswers.add(501);
    try (ObjectStore store = open(Map.of())) {
      assertThatExceptionOfType(ArchiveException.class)
          .isThrownBy(() -> store.put("k", ObjectContent.of(CONTENT), PutCondition.always()))
          .satisfies(
              e -> {
                assertThat(e.error()).isEqualTo(ArchiveError.ARCHIVE_REQUEST_REFUSED);
                assertThat(e.remedy()).contains("archive.s3.server.side.encryption=none");
              });
    }
  }

  @Test
  void shouldGoOnWhereTheConnectionBroke() throws IOException {
    cutOffAfter = 30_000;
    try (ObjectStore store = open(Map.of());
        InputStream in = store.open("k")) {
      assertThat(in.readAllBytes()).isEqualTo(object);
    }

    assertThat(ranges.get(0)).isEqualTo("null");
    assertThat(ranges).hasSizeGreaterThanOrEqualTo(4);
    assertThat(ranges.get(1)).startsWith("bytes=").endsWith("-99999");
  }
}
