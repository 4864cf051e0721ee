package dev.tidemark.monitor.delivery;

import dev.tidemark.monitor.error.MonitorError;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.schemas.json.PlainJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;

/**
 * Posts records as JSON to an HTTP address. A repetition carries the same {@code Idempotency-Key}.
 *
 * <p>Answers 2xx are success; 408, 429 and 5xx are tried again; others refuse the record. The
 * address and the authorization may hold secrets and are never shown. Thread-safe.
 *
 * @param <T> the records
 */
public final class Webhook<T extends SpecificRecord> implements Delivery<T> {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(TIMEOUT)
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  private final URI address;
  private final String authorization;
  private final Function<T, String> idempotencyKey;

  /**
   * @param authorization value of the header of that name; empty for none
   * @param idempotencyKey the same for each repetition of one record
   */
  public Webhook(URI address, String authorization, Function<T, String> idempotencyKey) {
    this.address = address;
    this.authorization = authorization;
    this.idempotencyKey = idempotencyKey;
  }

  @Override
  public void deliver(T message) throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", idempotencyKey.apply(message))
            .POST(BodyPublishers.ofString(PlainJson.write(message).toString()));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    HttpResponse<Void> answer;
    try {
      answer = http.send(request.build(), BodyHandlers.discarding());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int status = answer.statusCode();
    if (status / 100 == 2) {
      return;
    }
    if (status == 408 || status == 429 || status >= 500) {
      throw new IllegalStateException("the webhook at " + place() + " answered " + status);
    }
    throw new TidemarkException(
        MonitorError.MONITOR_DELIVERY_REFUSED,
        "The webhook answered " + status,
        place(),
        "Check its address and authorization in the monitor's configuration");
  }

  private String place() {
    return address.getScheme() + "://" + address.getHost();
  }
}
