package dev.tidemark.archive.store;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;

/** A multipart upload of S3. */
final class S3Upload implements MultipartUpload {

  private static final Logger log = LoggerFactory.getLogger(S3Upload.class);

  private final S3Client client;
  private final String bucket;
  private final String fullKey;
  private final String key;
  private final String uploadId;
  private final String where;
  private final Map<Integer, CompletedPart> parts = new ConcurrentSkipListMap<>();
  private final Map<Integer, Long> sizes = new ConcurrentHashMap<>();
  private boolean completed;

  S3Upload(
      S3Client client, String bucket, String fullKey, String key, String uploadId, String where) {
    this.client = client;
    this.bucket = bucket;
    this.fullKey = fullKey;
    this.key = key;
    this.uploadId = uploadId;
    this.where = where;
  }

  @Override
  public void part(int number, ObjectContent content) {
    PartNumbers.check(number);
    try {
      S3Body body = S3Body.of(content);
      String etag =
          client
              .uploadPart(
                  r ->
                      r.bucket(bucket)
                          .key(fullKey)
                          .uploadId(uploadId)
                          .partNumber(number)
                          .contentLength(content.size())
                          .checksumCRC32C(body.crc32c()),
                  body.body())
              .eTag();
      sizes.put(number, content.size());
      parts.put(
          number,
          CompletedPart.builder()
              .partNumber(number)
              .eTag(etag)
              .checksumCRC32C(body.crc32c())
              .build());
    } catch (SdkException e) {
      throw S3Failures.coded(e, where);
    } catch (IOException e) {
      throw new ArchiveException(
          ArchiveError.ARCHIVE_DISK_FAILED,
          "what is to be stored cannot be read: " + e.getMessage(),
          where,
          "Check the local disk",
          e);
    }
  }

  @Override
  public ObjectInfo complete() {
    if (parts.isEmpty()) {
      throw new IllegalStateException("an upload needs at least one part: " + key);
    }
    List<CompletedPart> ordered = List.copyOf(parts.values());
    try {
      client.completeMultipartUpload(
          r ->
              r.bucket(bucket)
                  .key(fullKey)
                  .uploadId(uploadId)
                  .multipartUpload(u -> u.parts(ordered)));
      completed = true;
      return head();
    } catch (NoSuchUploadException e) {
      return completedBefore(e);
    } catch (SdkException e) {
      throw S3Failures.coded(e, where);
    }
  }

  /** The upload is gone because a first attempt succeeded whose answer was lost, or for good. */
  private ObjectInfo completedBefore(NoSuchUploadException gone) {
    try {
      ObjectInfo stored = head();
      if (stored.size() == sizes.values().stream().mapToLong(Long::longValue).sum()) {
        completed = true;
        return stored;
      }
    } catch (SdkException e) {
      gone.addSuppressed(e);
    }
    throw S3Failures.coded(gone, where);
  }

  private ObjectInfo head() {
    HeadObjectResponse head = client.headObject(r -> r.bucket(bucket).key(fullKey));
    return new ObjectInfo(key, head.contentLength(), head.eTag(), head.lastModified());
  }

  @Override
  public void close() {
    if (completed) {
      return;
    }
    try {
      client.abortMultipartUpload(r -> r.bucket(bucket).key(fullKey).uploadId(uploadId));
    } catch (SdkException e) {
      log.warn(
          "{}: upload {} could not be aborted; the bucket's rule for incomplete uploads removes it",
          where,
          uploadId,
          e);
    }
  }
}
