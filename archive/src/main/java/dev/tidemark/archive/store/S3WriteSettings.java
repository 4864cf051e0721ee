package dev.tidemark.archive.store;

import java.time.Duration;
import java.time.Instant;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * What every new object is stored with.
 *
 * @param encryption {@code AES256}, {@code aws:kms}, or null to ask for none
 * @param kmsKeyId null for the account's default key
 * @param storageClass null for the bucket's default
 * @param lockMode null for no lock
 * @param lockFor how long the lock holds
 */
record S3WriteSettings(
    String encryption,
    String kmsKeyId,
    String storageClass,
    ObjectLockMode lockMode,
    Duration lockFor) {

  static S3WriteSettings of(S3Config config, boolean ownEndpoint) {
    String encryption = config.serverSideEncryption(ownEndpoint);
    return new S3WriteSettings(
        encryption.equals(S3Config.NONE) ? null : encryption,
        emptyToNull(config.kmsKeyId()),
        emptyToNull(config.storageClass()),
        config.lockMode().equals(S3Config.NONE)
            ? null
            : ObjectLockMode.fromValue(config.lockMode()),
        config.lockFor());
  }

  private static String emptyToNull(String text) {
    return text.isEmpty() ? null : text;
  }

  void apply(PutObjectRequest.Builder request, Instant now) {
    request.serverSideEncryption(encryption).ssekmsKeyId(kmsKeyId).storageClass(storageClass);
    if (lockMode != null) {
      request.objectLockMode(lockMode.toString()).objectLockRetainUntilDate(now.plus(lockFor));
    }
  }

  void apply(CreateMultipartUploadRequest.Builder request, Instant now) {
    request.serverSideEncryption(encryption).ssekmsKeyId(kmsKeyId).storageClass(storageClass);
    if (lockMode != null) {
      request.objectLockMode(lockMode.toString()).objectLockRetainUntilDate(now.plus(lockFor));
    }
  }
}
