package dev.tidemark.archive.store;

import dev.tidemark.archive.key.ObjectKeys;
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
 * @param storageClass of what was backed up; null for the bucket's default, which the rest has
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

  private String storageClass(String key) {
    return ObjectKeys.holdsData(key) ? storageClass : null;
  }

  void apply(PutObjectRequest.Builder request, String key, Instant now) {
    request.serverSideEncryption(encryption).ssekmsKeyId(kmsKeyId).storageClass(storageClass(key));
    if (lockMode != null) {
      request.objectLockMode(lockMode.toString()).objectLockRetainUntilDate(now.plus(lockFor));
    }
  }

  void apply(CreateMultipartUploadRequest.Builder request, String key, Instant now) {
    request.serverSideEncryption(encryption).ssekmsKeyId(kmsKeyId).storageClass(storageClass(key));
    if (lockMode != null) {
      request.objectLockMode(lockMode.toString()).objectLockRetainUntilDate(now.plus(lockFor));
    }
  }
}
