package dev.tidemark.schemas.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;

/**
 * A client of the Confluent schema registry API: registers, looks up and caches Avro schemas.
 *
 * <p>Each configured address is tried once; what none of them could answer is a retriable {@link
 * SchemaRegistryException}. Schemas never change under their id, so answers are kept for ever.
 * Thread-safe.
 */
public final class SchemaRegistryClient implements SchemaRegistry {

  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final int OK = 200;
  private static final int CONFLICT = 409;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RegistryConfig config;
  private final List<URI> urls;
  private final HttpClient http;
  private final Map<SubjectSchema, Integer> ids = new ConcurrentHashMap<>();
  private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();

  private record SubjectSchema(String subject, Schema schema) {}

  public SchemaRegistryClient(RegistryConfig config) {
    this.config = config;
    this.urls = config.urls();
    this.http =
        HttpClient.newBuilder()
            .connectTimeout(Duration.ofMillis(config.timeoutMillis()))
            .sslContext(RegistryTls.context(config))
            // HTTP/2 upgrades over clear text confuse some registries' servers.
            .version(HttpClient.Version.HTTP_1_1)
            .build();
  }

  @Override
  public int idOf(String subject, Schema schema) {
    SubjectSchema key = new SubjectSchema(subject, schema);
    Integer cached = ids.get(key);
    return cached != null ? cached : ids.computeIfAbsent(key, this::requestId);
  }

  private int requestId(SubjectSchema key) {
    String path = "/subjects/" + URLEncoder.encode(key.subject, StandardCharsets.UTF_8);
    JsonNode body = JSON.createObjectNode().put("schema", key.schema.toString());
    String what = "the schema of subject " + key.subject;
    JsonNode answer =
        config.autoRegister()
            ? register(what, path, body)
            : send(what + " (auto.register.schemas is off)", path, body);
    return required(answer, "id", what).asInt();
  }

  /** Two clients that register one schema at a time may refuse each other: one of them did it. */
  private JsonNode register(String what, String path, JsonNode body) {
    try {
      return send(what, path + "/versions", body);
    } catch (SchemaRegistryException e) {
      if (e.status() != CONFLICT) {
        throw e;
      }
      try {
        return send(what, path, body);
      } catch (SchemaRegistryException notThere) {
        e.addSuppressed(notThere);
        throw e;
      }
    }
  }

  @Override
  public Schema byId(int id) {
    Schema cached = schemas.get(id);
    return cached != null ? cached : schemas.computeIfAbsent(id, this::requestSchema);
  }

  private Schema requestSchema(int id) {
    String what = "the schema with id " + id;
    String text = required(send(what, "/schemas/ids/" + id, null), "schema", what).asText();
    return new Schema.Parser().parse(text);
  }

  private static JsonNode required(JsonNode answer, String field, String what) {
    JsonNode value = answer.get(field);
    if (value == null) {
      throw new SchemaRegistryException(
          "The schema registry's answer about " + what + " lacks '" + field + "'", false, null);
    }
    return value;
  }

  /** Sends a POST, or a GET if there is no body, to the first address that answers. */
  private JsonNode send(String what, String path, JsonNode body) {
    SchemaRegistryException failure = null;
    for (URI url : urls) {
      try {
        return answer(what, url, http.send(request(url, path, body), BodyHandlers.ofString()));
      } catch (SchemaRegistryException e) {
        if (!e.isRetriable()) {
          throw e;
        }
        failure = chained(failure, e);
      } catch (IOException e) {
        failure =
            chained(
                failure,
                new SchemaRegistryException(
                    "The schema registry at " + withoutUser(url) + " cannot be asked for " + what,
                    true,
                    e));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SchemaRegistryException("Interrupted while asking for " + what, true, e);
      }
    }
    throw failure;
  }

  private static SchemaRegistryException chained(
      SchemaRegistryException earlier, SchemaRegistryException latest) {
    if (earlier != null) {
      latest.addSuppressed(earlier);
    }
    return latest;
  }

  private HttpRequest request(URI url, String path, JsonNode body) {
    BodyPublisher publisher =
        body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(withoutUser(url) + path))
            .timeout(Duration.ofMillis(config.timeoutMillis()))
            .header("Accept", CONTENT_TYPE)
            .method(body == null ? "GET" : "POST", publisher);
    if (body != null) {
      request.header("Content-Type", CONTENT_TYPE);
    }
    String userInfo = config.userInfo(url);
    if (!userInfo.isEmpty()) {
      byte[] bytes = userInfo.getBytes(StandardCharsets.UTF_8);
      request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(bytes));
    } else if (!config.bearerToken().isEmpty()) {
      request.header("Authorization", "Bearer " + config.bearerToken());
    }
    return request.build();
  }

  private static JsonNode answer(String what, URI url, HttpResponse<String> response)
      throws IOException {
    int status = response.statusCode();
    if (status == OK) {
      return JSON.readTree(response.body());
    }
    boolean retriable = status >= SERVER_ERROR || status == TOO_MANY_REQUESTS;
    throw new SchemaRegistryException(
        "The schema registry at %s answered %d for %s: %s"
            .formatted(withoutUser(url), status, what, response.body()),
        retriable,
        status,
        null);
  }

  private static URI withoutUser(URI url) {
    if (url.getUserInfo() == null) {
      return url;
    }
    try {
      return new URI(
          url.getScheme(), null, url.getHost(), url.getPort(), url.getPath(), null, null);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("An address without its user part is still an address", e);
    }
  }

  @Override
  public void close() {
    // The JDK's client has nothing to close before Java 21.
  }
}
