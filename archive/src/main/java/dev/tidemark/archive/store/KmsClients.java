package dev.tidemark.archive.store;

import java.net.URI;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.KmsClientBuilder;

/** Builds KMS clients from an archive's settings: credentials and region are those of S3. */
final class KmsClients {

  private KmsClients() {}

  static KmsClient open(ArchiveConfig config) {
    boolean ownEndpoint = !config.encryption().kmsEndpoint().isEmpty();
    KmsClientBuilder builder =
        KmsClient.builder()
            .credentialsProvider(S3ObjectStores.credentials(config.s3()))
            .region(S3ObjectStores.region(config.s3(), ownEndpoint))
            .httpClientBuilder(
                Apache5HttpClient.builder().socketTimeout(config.s3().socketTimeout()));
    if (ownEndpoint) {
      builder.endpointOverride(URI.create(config.encryption().kmsEndpoint()));
    }
    return builder.build();
  }
}
