package dev.tidemark.embedded.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

class EmbeddedS3IT {

  @TempDir private Path directory;
  private EmbeddedS3 s3;

  @BeforeEach
  void start() {
    s3 = EmbeddedS3.start(directory);
    s3.createBucket("bucket");
  }

  @AfterEach
  void stop() {
    s3.close();
  }

  @Test
  void shouldKeepObjectsAsPlainFilesWhenTheyAreWritten() {
    try (S3Client client = client(s3.secretAccessKey())) {
      client.putObject(r -> r.bucket("bucket").key("a/b.avro"), RequestBody.fromString("content"));
      assertThat(
              client.getObjectAsBytes(r -> r.bucket("bucket").key("a/b.avro").range("bytes=0-2")))
          .satisfies(b -> assertThat(b.asString(StandardCharsets.UTF_8)).isEqualTo("con"));
    }
    assertThat(s3.directoryOf("bucket").resolve("a/b.avro")).hasContent("content");
  }

  @Test
  void shouldRefuseTheSecondPutWhenItIsConditional() {
    try (S3Client client = client(s3.secretAccessKey())) {
      client.putObject(
          r -> r.bucket("bucket").key("once").ifNoneMatch("*"), RequestBody.fromString("1"));
      assertThatThrownBy(
              () ->
                  client.putObject(
                      r -> r.bucket("bucket").key("once").ifNoneMatch("*"),
                      RequestBody.fromString("2")))
          .isInstanceOfSatisfying(
              S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(412));
    }
  }

  @Test
  void shouldRefuseWhenTheSecretIsWrong() {
    try (S3Client client = client("wrong")) {
      assertThatThrownBy(() -> client.listObjectsV2(r -> r.bucket("bucket")))
          .isInstanceOfSatisfying(
              S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(403));
    }
  }

  private S3Client client(String secret) {
    return S3Client.builder()
        .endpointOverride(s3.endpoint())
        .region(Region.of(s3.region()))
        .forcePathStyle(true)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(s3.accessKeyId(), secret)))
        .build();
  }
}
