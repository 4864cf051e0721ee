package dev.tidemark.archive.store;

import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** Which answers of a service of AWS, or of one like it, may be others a little later. */
public final class PassingFailures {

  private static final int REQUEST_TIMEOUT = 408;
  private static final int SERVER_ERRORS = 500;
  private static final int NOT_IMPLEMENTED = 501;

  /** Come with status 400, too, and are repeated by the SDK as well. */
  private static final Set<String> CODES =
      Set.of("RequestTimeout", "RequestTimeoutException", "InternalError");

  private PassingFailures() {}

  /**
   * Whether the same request may succeed without anybody changing anything: time-outs, errors of
   * the server, and throttling, which most services answer with status 400 and a code.
   */
  public static boolean isOne(AwsServiceException e) {
    int status = e.statusCode();
    return e.isThrottlingException()
        || status == REQUEST_TIMEOUT
        || (status >= SERVER_ERRORS && status != NOT_IMPLEMENTED)
        || (e.awsErrorDetails() != null
            && e.awsErrorDetails().errorCode() != null
            && CODES.contains(e.awsErrorDetails().errorCode()));
  }
}
