package dev.tidemark.archive.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.embedded.s3.EmbeddedS3;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class S3ObjectStoreIT extends ObjectStoreContract {

  @TempDir private static Path directory;
  private static EmbeddedS3 server;
  private static int buckets;

  private String bucket;
  private ObjectStore store;

  @BeforeAll
  static void start() {
    server = EmbeddedS3.start(directory);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void open() {
    bucket = "bucket" + ++buckets;
    server.createBucket(bucket);
    store = ObjectStores.open("s3://" + bucket + "/backup/tidemark", config(Map.of()));
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static ArchiveConfig config(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.putIfAbsent(S3Config.ENDPOINT_CONFIG, server.endpoint().toString());
    settings.putIfAbsent(S3Config.ACCESS_KEY_ID_CONFIG, server.accessKeyId());
    settings.putIfAbsent(S3Config.SECRET_ACCESS_KEY_CONFIG, server.secretAccessKey());
    return new ArchiveConfig(settings);
  }

  @Override
  ObjectStore store() {
    return store;
  }

  @Test
  void shouldReadTheBucketAsPlainFilesFromADirectory() {
    byte[] content = "content".getBytes(StandardCharsets.UTF_8);
    store.put("c/1", ObjectContent.of(content), PutCondition.ifAbsent());
    try (UploadStream out =
        new UploadStream(
            store.startUpload("c/2"), MultipartUpload.MIN_PART_BYTES, 1, Runnable::run)) {
      out.write(content);
      out.complete();
    } catch (IOException e) {
      throw new AssertionError(e);
    }

    try (ObjectStore plain =
        ObjectStores.open(
            "file:" + directory.resolve(bucket).resolve("backup/tidemark"),
            ArchiveConfig.ofUrl(""))) {
      assertThat(plain.list("").map(ObjectInfo::key)).isEqualTo(List.of("c/1", "c/2"));
      assertThat(plain.read("c/1")).isEqualTo(content);
      assertThat(plain.read("c/2")).isEqualTo(content);
    }
  }

  @Test
  void shouldSayThatCredentialsAreRefused() {
    ArchiveConfig wrong = config(Map.of(S3Config.SECRET_ACCESS_KEY_CONFIG, "not-the-secret"));
    try (ObjectStore refused = ObjectStores.open("s3://" + bucket, wrong)) {
      assertThatExceptionOfType(ArchiveException.class)
          .isThrownBy(() -> refused.read("c/1"))
          .satisfies(e -> assertThat(e.error()).isEqualTo(ArchiveError.ARCHIVE_ACCESS_DENIED))
          .withMessageNotContaining("not-the-secret");
    }
  }

  @Test
  void shouldSayThatTheBucketDoesNotExist() {
    try (ObjectStore none = ObjectStores.open("s3://no-such-bucket", config(Map.of()))) {
      assertThatExceptionOfType(ArchiveException.class)
          .isThrownBy(() -> none.list("").count())
          .satisfies(e -> assertThat(e.error()).isEqualTo(ArchiveError.ARCHIVE_NOT_FOUND));
    }
  }

  @Test
  void shouldCallAnAbsentServerUnavailable() throws IOException {
    int freePort;
    try (ServerSocket socket = new ServerSocket(0)) {
      freePort = socket.getLocalPort();
    }
    ArchiveConfig nowhere =
        config(
            Map.of(
                S3Config.ENDPOINT_CONFIG,
                "http://127.0.0.1:" + freePort,
                S3Config.MAX_ATTEMPTS_CONFIG,
                "1"));
    try (ObjectStore unreachable = ObjectStores.open("s3://" + bucket, nowhere)) {
      assertThatExceptionOfType(ArchiveException.class)
          .isThrownBy(() -> unreachable.head("c/1"))
          .satisfies(
              e -> {
                assertThat(e.error()).isEqualTo(ArchiveError.ARCHIVE_UNAVAILABLE);
                assertThat(e.isRetriable()).isTrue();
              });
    }
  }
}
