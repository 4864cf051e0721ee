package dev.tidemark.archive.crypt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.EncryptionConfig;
import dev.tidemark.archive.store.LoopbackServer;
import dev.tidemark.archive.store.ObjectContent;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.archive.store.PutCondition;
import dev.tidemark.archive.store.S3Config;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;

/**
 * Against a server that answers as KMS does, with an encryption that only this test believes in.
 */
class KmsKeyTest {

  @TempDir private Path directory;
  private final AtomicInteger requests = new AtomicInteger();
  private LoopbackServer server;
  private Refusal refusal;

  /** An answer that every request gets. */
  private record Refusal(int status, String code) {}

  @BeforeEach
  void start() throws IOException {
    server = new LoopbackServer(this::answer);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void answer(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    JsonNode request = new ObjectMapper().readTree(exchange.getRequestBody());
    String action = exchange.getRequestHeaders().getFirst("X-Amz-Target");
    String keyId = request.path("KeyId").asText();
    boolean context = request.at("/EncryptionContext/purpose").asText().equals("tidemark data key");
    int status = 200;
    String body;
    if (refusal != null) {
      status = refusal.status();
      body = "{\"__type\": \"" + refusal.code() + "\"}";
    } else if (action.endsWith(".Encrypt") && context) {
      byte[] wrapped =
          (keyId + ":" + request.path("Plaintext").asText()).getBytes(StandardCharsets.UTF_8);
      body = "{\"CiphertextBlob\": \"" + Base64.getEncoder().encodeToString(wrapped) + "\"}";
    } else {
      String wrapped =
          new String(
              Base64.getDecoder().decode(request.path("CiphertextBlob").asText()),
              StandardCharsets.UTF_8);
      if (context && wrapped.startsWith(keyId + ":")) {
        body = "{\"Plaintext\": \"" + wrapped.substring(keyId.length() + 1) + "\"}";
      } else {
        status = 400;
        body = "{\"__type\": \"IncorrectKeyException\", \"message\": \"another key\"}";
      }
    }
    exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
    try (exchange) {
      LoopbackServer.answer(exchange, status, body);
    }
  }

  private ObjectStore open(String keyId) {
    return ObjectStores.open(
        "file:" + directory,
        new ArchiveConfig(
            Map.of(
                EncryptionConfig.KMS_KEY_CONFIG,
                keyId,
                EncryptionConfig.KMS_ENDPOINT_CONFIG,
                server.url(),
                S3Config.ACCESS_KEY_ID_CONFIG,
                "id",
                S3Config.SECRET_ACCESS_KEY_CONFIG,
                "secret")));
  }

  @Test
  void shouldAskKmsOnceForManyObjects() {
    byte[] content = {1, 2, 3};
    try (ObjectStore store = open("alias/backup")) {
      assertThat(requests).as("nobody is asked before the first request").hasValue(0);
      for (int i = 0; i < 10; i++) {
        store.put("o" + i, ObjectContent.of(content), PutCondition.always());
        assertThat(store.read("o" + i)).isEqualTo(content);
      }
      assertThat(requests).as("the marker twice, and the data key").hasValue(3);
    }
    try (ObjectStore again = open("alias/backup")) {
      assertThat(again.read("o3")).isEqualTo(content);
      assertThat(again.read("o4")).isEqualTo(content);
      assertThat(requests).as("the marker, and the data key of both").hasValue(5);
    }
  }

  private void fill() {
    try (ObjectStore store = open("alias/backup")) {
      store.put("o", ObjectContent.of(new byte[1]), PutCondition.always());
    }
  }

  private ArchiveException failureOfReading(String keyId) {
    try (ObjectStore store = open(keyId)) {
      return catchThrowableOfType(ArchiveException.class, () -> store.read("o"));
    }
  }

  @Test
  void shouldRefuseAnotherKey() {
    fill();

    assertThat(failureOfReading("alias/other").error()).isEqualTo(ArchiveError.ARCHIVE_KEY_WRONG);
  }

  @Test
  void shouldSayThatKmsIsAway() {
    fill();
    server.close();

    assertThat(failureOfReading("alias/backup").error())
        .isEqualTo(ArchiveError.ARCHIVE_UNAVAILABLE);
  }

  /** Asks once, where the client of an archive would repeat it. */
  private ArchiveException failureOfWrapping() {
    KmsClient client =
        KmsClient.builder()
            .endpointOverride(URI.create(server.url()))
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "secret")))
            .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
            .build();
    try (KmsKey key = new KmsKey(client, "alias/backup")) {
      return catchThrowableOfType(ArchiveException.class, () -> key.wrap(new byte[1]));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400, ThrottlingException",
    "400, RequestLimitExceeded",
    "400, RequestTimeoutException",
    "429, TooManyRequestsException",
    "500, KMSInternalException",
    "500, KeyUnavailableException",
    "503, DependencyTimeoutException"
  })
  void shouldCallItUnavailableWhenKmsIsOverloadedOrFails(int status, String code) {
    refusal = new Refusal(status, code);

    ArchiveException failure = failureOfWrapping();

    assertThat(failure.error()).isEqualTo(ArchiveError.ARCHIVE_UNAVAILABLE);
    assertThat(failure.isRetriable()).isTrue();
    assertThat(failure).hasMessageContaining(code);
  }

  @ParameterizedTest
  @ValueSource(strings = {"AccessDeniedException", "NotFoundException", "DisabledException"})
  void shouldSayThatKmsRefusesTheKey(String code) {
    refusal = new Refusal(400, code);

    assertThat(failureOfWrapping().error()).isEqualTo(ArchiveError.ARCHIVE_ACCESS_DENIED);
  }
}
