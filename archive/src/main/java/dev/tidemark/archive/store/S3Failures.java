package dev.tidemark.archive.store;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import java.util.Locale;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** Turns the SDK's failures into coded ones. Decides by status and error code, never by text. */
final class S3Failures {

  static final int NOT_FOUND = 404;
  static final int CONFLICT = 409;
  static final int PRECONDITION_FAILED = 412;
  static final int RANGE_NOT_SATISFIABLE = 416;
  private static final String FROZEN = "InvalidObjectState";
  private static final int FORBIDDEN = 403;
  private static final int UNAUTHORIZED = 401;
  private static final int NOT_IMPLEMENTED = 501;

  private S3Failures() {}

  static boolean isNoSuchBucket(AwsServiceException e) {
    return "NoSuchBucket".equals(code(e));
  }

  private static String code(AwsServiceException e) {
    return e.awsErrorDetails() == null ? null : e.awsErrorDetails().errorCode();
  }

  static ArchiveException coded(SdkException e, String where) {
    if (e instanceof AwsServiceException service) {
      return coded(service, where);
    }
    return new ArchiveException(
        ArchiveError.ARCHIVE_UNAVAILABLE,
        "the object store did not answer: " + e.getMessage(),
        where,
        "Check the endpoint and the network; the work goes on where it stopped",
        e);
  }

  private static ArchiveException coded(AwsServiceException e, String where) {
    int status = e.statusCode();
    String answer = status + (code(e) == null ? "" : " " + code(e));
    if (isNoSuchBucket(e)) {
      return new ArchiveException(
          ArchiveError.ARCHIVE_NOT_FOUND,
          "the bucket does not exist",
          where,
          "Create the bucket or correct " + ArchiveConfig.URL_CONFIG,
          e);
    }
    if (status == NOT_FOUND) {
      return new ArchiveException(
          ArchiveError.ARCHIVE_OBJECT_MISSING,
          "the object does not exist",
          where,
          "Run tidemark verify to see what is missing",
          e);
    }
    if (FROZEN.equals(code(e))) {
      return new ArchiveException(
          ArchiveError.ARCHIVE_OBJECT_FROZEN,
          "the object's storage class has to be thawed before it can be read",
          where,
          "Thaw the objects with aws s3api restore-object, wait until they can be read, and repeat",
          e);
    }
    if (status == FORBIDDEN || status == UNAUTHORIZED) {
      return new ArchiveException(
          ArchiveError.ARCHIVE_ACCESS_DENIED,
          "the object store refuses access: " + answer,
          where,
          "Check the credentials and the bucket's policy",
          e);
    }
    if (status == CONFLICT) {
      return new ArchiveException(
          ArchiveError.ARCHIVE_CONFLICT,
          "another writer was at the same object: " + answer,
          where,
          "Repeat the action",
          e);
    }
    if (PassingFailures.isOne(e)) {
      return new ArchiveException(
          ArchiveError.ARCHIVE_UNAVAILABLE,
          "the object store is not able to answer: " + answer,
          where,
          "Wait for the store; the work goes on where it stopped",
          e);
    }
    return new ArchiveException(
        ArchiveError.ARCHIVE_REQUEST_REFUSED,
        "the object store refuses the request: "
            + answer
            + (e.awsErrorDetails() == null || e.awsErrorDetails().errorMessage() == null
                ? ""
                : ", " + e.awsErrorDetails().errorMessage()),
        where,
        status == NOT_IMPLEMENTED
            ? "The store lacks a feature that the settings ask for; where it cannot encrypt by itself,"
                + " set "
                + S3Config.ENCRYPTION_CONFIG
                + "=none. Storage class and object lock are such features, too"
            : "Check the bucket's settings",
        e);
  }

  /** Whether a failed request may have met another writer and is worth repeating. */
  static boolean isConflict(AwsServiceException e) {
    String code = code(e);
    return e.statusCode() == CONFLICT
        || (code != null && code.toLowerCase(Locale.ROOT).contains("conflict"));
  }
}
