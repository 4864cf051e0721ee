package dev.tidemark.archive.store;

import java.net.URI;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.KmsClientBuilder;

/** Builds KMS clients from an archive's settings: credentials and region are those of S3. */
final class KmsClients {

  private KmsClients() {}

  static KmsClient open(ArchiveConfig config) {
    boolean ownEndpoint = !config.kmsEndpoint().isEmpty();
    KmsClientBuilder builder =
        KmsClient.builder()
            .credentialsProvider(S3ObjectStores.credentials(config))
            .region(S3ObjectStores.region(config, ownEndpoint))
            .httpClientBuilder(Apache5HttpClient.builder().socketTimeout(config.socketTimeout()));
    if (ownEndpoint) {
      builder.endpointOverride(URI.create(config.kmsEndpoint()));
    }
    return builder.build();
  }
}
