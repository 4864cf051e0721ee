package dev.tidemark.embedded.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

class FaultyS3IT {

  private static final String CONTENT = "content".repeat(1000);

  @TempDir private Path directory;
  private EmbeddedS3 s3;
  private FaultyS3 faulty;
  private S3Client client;

  @BeforeEach
  void start() {
    s3 = EmbeddedS3.start(directory);
    s3.createBucket("bucket");
    faulty = FaultyS3.inFrontOf(s3.endpoint(), Duration.ofSeconds(2), Duration.ofMillis(5));
    client =
        S3Client.builder()
            .endpointOverride(faulty.endpoint())
            .region(Region.of(s3.region()))
            .forcePathStyle(true)
            .overrideConfiguration(
                o -> o.retryStrategy(DefaultRetryStrategy.doNotRetry()).apiCallTimeout(patience()))
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(s3.accessKeyId(), s3.secretAccessKey())))
            .build();
  }

  /** Longer than a slow body takes, shorter than a time-out. */
  private static Duration patience() {
    return Duration.ofMillis(1500);
  }

  @AfterEach
  void stop() {
    client.close();
    faulty.close();
    s3.close();
  }

  private void put(String key) {
    client.putObject(r -> r.bucket("bucket").key(key), RequestBody.fromString(CONTENT));
  }

  private String get(String key) {
    return client.getObjectAsBytes(r -> r.bucket("bucket").key(key)).asUtf8String();
  }

  @Test
  void shouldBeTransparentWithoutFaults() {
    put("a");

    assertThat(get("a")).isEqualTo(CONTENT);
    assertThat(client.listObjectsV2(r -> r.bucket("bucket")).contents()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"RESET", "TIMEOUT"})
  void shouldKeepARequestFromTheStoreWhenItsConnectionFails(S3Fault fault) {
    faulty.follow(FaultSchedule.always(fault));

    assertThatExceptionOfType(SdkClientException.class).isThrownBy(() -> put("a"));
    assertThat(s3.directoryOf("bucket").resolve("a")).doesNotExist();
    assertThat(faulty.injected(fault)).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"LOST_ANSWER", "CUT_ANSWER"})
  void shouldCarryOutARequestWhoseAnswerIsLost(S3Fault fault) {
    faulty.follow(FaultSchedule.always(fault));

    assertThatExceptionOfType(SdkClientException.class).isThrownBy(() -> put("a"));
    assertThat(s3.directoryOf("bucket").resolve("a")).hasContent(CONTENT);
  }

  @Test
  void shouldAnswerThatTheStoreIsOverloaded() {
    faulty.follow(FaultSchedule.always(S3Fault.OVERLOADED));

    assertThatExceptionOfType(S3Exception.class)
        .isThrownBy(() -> put("a"))
        .satisfies(e -> assertThat(e.statusCode()).isEqualTo(503))
        .satisfies(e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("SlowDown"));
    assertThat(s3.directoryOf("bucket").resolve("a")).doesNotExist();
  }

  @Test
  void shouldDeliverASlowBodyWhole() {
    put("a");
    faulty.follow(FaultSchedule.always(S3Fault.SLOW_BODY));

    assertThat(get("a")).isEqualTo(CONTENT);
    assertThat(faulty.injected(S3Fault.SLOW_BODY)).isEqualTo(1);
  }

  @Test
  void shouldRepeatItselfForTheSameSeed() {
    S3Request request = new S3Request("GET", "/", List.of(), new byte[0]);

    assertThat(sequence(7, request)).isEqualTo(sequence(7, request)).contains(Optional.empty());
    assertThat(sequence(7, request)).contains(Optional.of(S3Fault.RESET));
    assertThat(sequence(7, request)).isNotEqualTo(sequence(8, request));
  }

  private static List<Optional<S3Fault>> sequence(long seed, S3Request request) {
    FaultSchedule schedule =
        FaultSchedule.seeded(seed, 0.5, List.of(S3Fault.RESET, S3Fault.TIMEOUT));
    return IntStream.range(0, 40).mapToObj(i -> schedule.next(request)).toList();
  }
}
