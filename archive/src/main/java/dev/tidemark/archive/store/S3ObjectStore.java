package dev.tidemark.archive.store;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** An archive in a bucket of S3 or of a service that speaks its protocol. Thread-safe. */
final class S3ObjectStore implements ObjectStore {

  private static final int CONFLICT_ATTEMPTS = 8;
  private static final long CONFLICT_PAUSE_MILLIS = 50;
  private static final int RESUMES_WITHOUT_PROGRESS = 3;

  private final S3Client client;
  private final String bucket;
  private final String prefix;
  private final S3WriteSettings settings;
  private final Clock clock;

  /**
   * @param client closed with this store
   * @param prefix folder in the bucket, with or without slashes around it; empty for all of it
   */
  S3ObjectStore(
      S3Client client, String bucket, String prefix, S3WriteSettings settings, Clock clock) {
    this.client = client;
    this.bucket = bucket;
    String trimmed = prefix.replaceAll("^/+|/+$", "");
    this.prefix = trimmed.isEmpty() ? "" : trimmed + "/";
    this.settings = settings;
    this.clock = clock;
  }

  @Override
  public PutResult put(String key, ObjectContent content, PutCondition condition) {
    S3Body body = body(key, content);
    PutObjectRequest.Builder request =
        PutObjectRequest.builder()
            .bucket(bucket)
            .key(prefix + key)
            .contentLength(content.size())
            .checksumCRC32C(body.crc32c());
    settings.apply(request, key, clock.instant());
    if (condition instanceof PutCondition.IfAbsent) {
      request.ifNoneMatch("*");
    } else if (condition instanceof PutCondition.IfMatch match) {
      request.ifMatch(match.etag());
    }
    for (int attempt = 1; ; attempt++) {
      try {
        return PutResult.stored(client.putObject(request.build(), body.body()).eTag());
      } catch (AwsServiceException e) {
        boolean goneSince =
            condition instanceof PutCondition.IfMatch
                && e.statusCode() == S3Failures.NOT_FOUND
                && !S3Failures.isNoSuchBucket(e);
        if (e.statusCode() == S3Failures.PRECONDITION_FAILED || goneSince) {
          return PutResult.conditionFailed();
        }
        if (!S3Failures.isConflict(e) || attempt == CONFLICT_ATTEMPTS) {
          throw S3Failures.coded(e, where(key));
        }
        pause(attempt, key);
      } catch (SdkException e) {
        throw S3Failures.coded(e, where(key));
      }
    }
  }

  private S3Body body(String key, ObjectContent content) {
    try {
      return S3Body.of(content);
    } catch (IOException e) {
      throw unreadable(key, e);
    }
  }

  private ArchiveException unreadable(String key, IOException e) {
    return new ArchiveException(
        ArchiveError.ARCHIVE_DISK_FAILED,
        "what is to be stored cannot be read: " + e.getMessage(),
        where(key),
        "Check the local disk",
        e);
  }

  /** S3 answers 409 while another conditional put of the key is in flight, and wants a retry. */
  private void pause(int attempt, String key) {
    try {
      Thread.sleep(
          ThreadLocalRandom.current().nextLong(CONFLICT_PAUSE_MILLIS << attempt)
              + CONFLICT_PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ArchiveException(
          ArchiveError.ARCHIVE_CONFLICT,
          "interrupted while another writer was at the same object",
          where(key),
          "Repeat the action",
          e);
    }
  }

  @Override
  public Optional<ObjectInfo> head(String key) {
    try {
      HeadObjectResponse head = client.headObject(r -> r.bucket(bucket).key(prefix + key));
      return Optional.of(
          new ObjectInfo(key, head.contentLength(), head.eTag(), head.lastModified()));
    } catch (AwsServiceException e) {
      if (e.statusCode() == S3Failures.NOT_FOUND && !S3Failures.isNoSuchBucket(e)) {
        return Optional.empty();
      }
      throw S3Failures.coded(e, where(key));
    } catch (SdkException e) {
      throw S3Failures.coded(e, where(key));
    }
  }

  @Override
  public byte[] read(String key) {
    return call(
        key,
        () ->
            client.getObject(get(key).build(), ResponseTransformer.toBytes()).asByteArrayUnsafe());
  }

  @Override
  public byte[] read(String key, ByteRange range) {
    try {
      return client
          .getObject(
              get(key).range(header(range.offset(), range.last())).build(),
              ResponseTransformer.toBytes())
          .asByteArrayUnsafe();
    } catch (AwsServiceException e) {
      if (e.statusCode() == S3Failures.RANGE_NOT_SATISFIABLE) {
        return new byte[0];
      }
      throw S3Failures.coded(e, where(key));
    } catch (SdkException e) {
      throw S3Failures.coded(e, where(key));
    }
  }

  @Override
  public InputStream open(String key) {
    ResponseInputStream<GetObjectResponse> first =
        call(key, () -> client.getObject(get(key).build()));
    return resuming(key, first, 0, first.response().contentLength());
  }

  @Override
  public InputStream open(String key, ByteRange range) {
    try {
      ResponseInputStream<GetObjectResponse> first =
          client.getObject(get(key).range(header(range.offset(), range.last())).build());
      long length = first.response().contentLength();
      return resuming(key, first, range.offset(), range.offset() + length);
    } catch (AwsServiceException e) {
      if (e.statusCode() == S3Failures.RANGE_NOT_SATISFIABLE) {
        return InputStream.nullInputStream();
      }
      throw S3Failures.coded(e, where(key));
    } catch (SdkException e) {
      throw S3Failures.coded(e, where(key));
    }
  }

  private InputStream resuming(
      String key, ResponseInputStream<GetObjectResponse> first, long position, long end) {
    String etag = first.response().eTag();
    return new ResumingInputStream(
        new Aborting(first),
        position,
        end,
        offset ->
            new Aborting(
                call(
                    key,
                    () ->
                        client.getObject(
                            get(key).ifMatch(etag).range(header(offset, end - 1)).build()))),
        RESUMES_WITHOUT_PROGRESS,
        where(key));
  }

  private GetObjectRequest.Builder get(String key) {
    return GetObjectRequest.builder().bucket(bucket).key(prefix + key);
  }

  private static String header(long first, long last) {
    return "bytes=" + first + "-" + last;
  }

  @Override
  public Stream<ObjectInfo> list(String keyPrefix, String startAfter) {
    ListObjectsV2Request.Builder request =
        ListObjectsV2Request.builder().bucket(bucket).prefix(prefix + keyPrefix);
    if (!startAfter.isEmpty()) {
      request.startAfter(prefix + startAfter);
    }
    return S3Pages.of(client, request.build(), where(keyPrefix)).stream()
        .flatMap(page -> page.contents().stream())
        .filter(object -> !hasHiddenPart(object.key().substring(prefix.length())))
        .map(
            object ->
                new ObjectInfo(
                    object.key().substring(prefix.length()),
                    object.size(),
                    object.eTag(),
                    object.lastModified()));
  }

  private static boolean hasHiddenPart(String key) {
    return key.startsWith(".") || key.contains("/.") || key.endsWith("/");
  }

  @Override
  public List<String> folders(String keyPrefix) {
    String full = prefix + keyPrefix;
    List<String> names = new ArrayList<>();
    S3Pages.of(
            client,
            ListObjectsV2Request.builder().bucket(bucket).prefix(full).delimiter("/").build(),
            where(keyPrefix))
        .stream()
        .flatMap(page -> page.commonPrefixes().stream())
        .map(common -> common.prefix().substring(full.length(), common.prefix().length() - 1))
        .filter(name -> !name.isEmpty() && !name.startsWith("."))
        .forEach(names::add);
    return names;
  }

  @Override
  public void delete(String key) {
    try {
      client.deleteObject(r -> r.bucket(bucket).key(prefix + key));
    } catch (AwsServiceException e) {
      if (e.statusCode() != S3Failures.NOT_FOUND || S3Failures.isNoSuchBucket(e)) {
        throw S3Failures.coded(e, where(key));
      }
    } catch (SdkException e) {
      throw S3Failures.coded(e, where(key));
    }
  }

  @Override
  public MultipartUpload startUpload(String key) {
    CreateMultipartUploadRequest.Builder request =
        CreateMultipartUploadRequest.builder()
            .bucket(bucket)
            .key(prefix + key)
            .checksumAlgorithm("CRC32C");
    settings.apply(request, key, clock.instant());
    String uploadId = call(key, () -> client.createMultipartUpload(request.build()).uploadId());
    return new S3Upload(client, bucket, prefix + key, key, uploadId, where(key));
  }

  @Override
  public String location() {
    return "s3://"
        + bucket
        + (prefix.isEmpty() ? "" : "/" + prefix.substring(0, prefix.length() - 1));
  }

  @Override
  public void close() {
    client.close();
  }

  private String where(String key) {
    return location() + "/" + key;
  }

  private <T> T call(String key, Supplier<T> request) {
    try {
      return request.get();
    } catch (SdkException e) {
      throw S3Failures.coded(e, where(key));
    } catch (UncheckedIOException e) {
      throw unreadable(key, e.getCause());
    }
  }

  /** Drops the connection when it is closed early, instead of reading gigabytes to its end. */
  private static final class Aborting extends FilterInputStream {

    private final ResponseInputStream<GetObjectResponse> response;
    private boolean ended;

    Aborting(ResponseInputStream<GetObjectResponse> response) {
      super(response);
      this.response = response;
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      ended |= value < 0;
      return value;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int read = super.read(target, offset, length);
      ended |= read < 0;
      return read;
    }

    @Override
    public void close() throws IOException {
      if (ended) {
        super.close();
      } else {
        response.abort();
      }
    }
  }
}
