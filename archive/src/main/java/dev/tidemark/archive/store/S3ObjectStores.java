package dev.tidemark.archive.store;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import java.net.URI;
import java.time.Clock;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.SystemSettingsRegionProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** Builds S3 clients from an archive's settings. */
final class S3ObjectStores {

  private static final Logger LOG = LoggerFactory.getLogger(S3ObjectStores.class);

  private S3ObjectStores() {}

  static ObjectStore open(
      String bucket, String prefix, S3Config config, Clock clock, StoreWatch watch) {
    boolean ownEndpoint = !config.endpoint().isEmpty() || endpointInEnvironment();
    S3ClientBuilder builder =
        S3Client.builder()
            .credentialsProvider(resolved(credentials(config)))
            .region(region(config, ownEndpoint))
            .forcePathStyle(
                config.pathStyle().equals(S3Config.AUTO)
                    ? ownEndpoint
                    : Boolean.parseBoolean(config.pathStyle()))
            // Every put brings its own CRC32C; the trailer the SDK would add otherwise is not
            // understood by older S3-compatible services.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_SUPPORTED)
            .httpClientBuilder(
                Apache5HttpClient.builder()
                    .maxConnections(config.maxConnections())
                    .socketTimeout(config.socketTimeout()))
            .overrideConfiguration(
                override ->
                    override
                        .addMetricPublisher(new S3Repetitions(watch))
                        .apiCallAttemptTimeout(config.attemptTimeout())
                        .retryStrategy(
                            AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(config.maxAttempts())
                                .build()));
    if (!config.endpoint().isEmpty()) {
      builder.endpointOverride(endpoint(config.endpoint()));
    }
    return new S3ObjectStore(
        builder.build(), bucket, prefix, S3WriteSettings.of(config, ownEndpoint), clock);
  }

  private static boolean endpointInEnvironment() {
    return System.getenv("AWS_ENDPOINT_URL_S3") != null
        || System.getenv("AWS_ENDPOINT_URL") != null
        || System.getProperty("aws.endpointUrlS3") != null
        || System.getProperty("aws.endpointUrl") != null;
  }

  private static URI endpoint(String text) {
    try {
      URI uri = URI.create(text);
      if (uri.getScheme() != null && uri.getHost() != null) {
        return uri;
      }
      throw malformedEndpoint(text, null);
    } catch (IllegalArgumentException e) {
      throw malformedEndpoint(text, e);
    }
  }

  private static ArchiveException malformedEndpoint(String text, Exception cause) {
    return new ArchiveException(
        ArchiveError.ARCHIVE_CONFIG_INVALID,
        "not a URL of an S3 service",
        UrlMask.mask(text),
        "Set " + S3Config.ENDPOINT_CONFIG + " to a URL such as https://s3.example.com:9000",
        cause);
  }

  static AwsCredentialsProvider credentials(S3Config config) {
    if (!config.accessKeyId().isEmpty()) {
      return StaticCredentialsProvider.create(
          AwsBasicCredentials.create(config.accessKeyId(), config.secretAccessKey().value()));
    }
    if (!config.profile().isEmpty()) {
      return ProfileCredentialsProvider.create(config.profile());
    }
    return DefaultCredentialsProvider.builder().build();
  }

  /** Asks once at the start: without credentials every later call would only look unreachable. */
  private static AwsCredentialsProvider resolved(AwsCredentialsProvider provider) {
    try {
      provider.resolveCredentials();
      return provider;
    } catch (RuntimeException e) {
      // Each provider has exceptions of its own.
      throw new ArchiveException(
          ArchiveError.ARCHIVE_ACCESS_DENIED,
          "no credentials for the object store were found",
          "",
          "Set "
              + S3Config.ACCESS_KEY_ID_CONFIG
              + " and its secret, a profile (aws sso login, if it is one of single sign-on), or what"
              + " the default chain of the AWS SDK reads",
          e);
    }
  }

  static Region region(S3Config config, boolean ownEndpoint) {
    if (!config.region().isEmpty()) {
      return Region.of(config.region());
    }
    String profile = config.profile().isEmpty() ? null : config.profile();
    if (ownEndpoint) {
      return configuredRegion(profile).orElse(Region.US_EAST_1);
    }
    try {
      return DefaultAwsRegionProviderChain.builder().profileName(profile).build().getRegion();
    } catch (SdkClientException e) {
      throw new ArchiveException(
          ArchiveError.ARCHIVE_CONFIG_INVALID,
          "the region of the bucket is not known",
          "",
          "Set " + S3Config.REGION_CONFIG + " or AWS_REGION",
          e);
    }
  }

  /** Without the instance metadata service, which nobody answers beside a private endpoint. */
  private static Optional<Region> configuredRegion(String profile) {
    try {
      return Optional.of(
          new AwsRegionProviderChain(
                  new SystemSettingsRegionProvider(), new AwsProfileRegionProvider(null, profile))
              .getRegion());
    } catch (SdkClientException e) {
      LOG.debug("Neither the environment nor the profile names a region", e);
      return Optional.empty();
    }
  }
}
