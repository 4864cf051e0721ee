package dev.tidemark.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client's side of the protocol, against a server that answers as scripted. */
class SchemaRegistryClientTest {

  private static final Schema SCHEMA =
      SchemaBuilder.record("Tide").fields().requiredLong("level").endRecord();

  private final Map<String, Answer> answers = new HashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> authorizations = new ArrayList<>();
  private HttpServer server;

  private record Answer(int status, String body) {}

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    requests.add(request);
    authorizations.add(exchange.getRequestHeaders().getFirst("Authorization"));
    Answer answer = answers.getOrDefault(request, new Answer(404, "{\"error_code\":40401}"));
    byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(answer.status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private static SchemaRegistryClient client(Map<String, ?> config) {
    return new SchemaRegistryClient(new RegistryConfig(config));
  }

  @Test
  void shouldRegisterOnceAndRememberTheId() {
    answers.put("POST /subjects/tides-value/versions", new Answer(200, "{\"id\":17}"));
    SchemaRegistryClient client = client(Map.of("schema.registry.url", url()));

    assertThat(client.idOf("tides-value", SCHEMA)).isEqualTo(17);
    assertThat(client.idOf("tides-value", SCHEMA)).isEqualTo(17);
    assertThat(requests).containsExactly("POST /subjects/tides-value/versions");
  }

  @Test
  void shouldOnlyLookUpWhenRegisteringIsOff() {
    answers.put("POST /subjects/tides-value", new Answer(200, "{\"id\":18}"));
    SchemaRegistryClient client =
        client(Map.of("schema.registry.url", url(), "auto.register.schemas", "false"));

    assertThat(client.idOf("tides-value", SCHEMA)).isEqualTo(18);
  }

  @Test
  void shouldFetchASchemaOnce() {
    answers.put(
        "GET /schemas/ids/17",
        new Answer(200, "{\"schema\":" + '"' + SCHEMA.toString().replace("\"", "\\\"") + "\"}"));
    SchemaRegistryClient client = client(Map.of("schema.registry.url", url()));

    assertThat(client.byId(17)).isEqualTo(SCHEMA);
    assertThat(client.byId(17)).isEqualTo(SCHEMA);
    assertThat(requests).hasSize(1);
  }

  @Test
  void shouldTryTheNextAddressWhenOneIsBroken() {
    answers.put("POST /broken/subjects/tides-value/versions", new Answer(503, "busy"));
    answers.put("POST /subjects/tides-value/versions", new Answer(200, "{\"id\":19}"));
    SchemaRegistryClient client = client(Map.of("schema.registry.url", url() + "/broken," + url()));

    assertThat(client.idOf("tides-value", SCHEMA)).isEqualTo(19);
  }

  @Test
  void shouldNotRetryARefusal() {
    answers.put(
        "POST /subjects/tides-value/versions", new Answer(409, "{\"message\":\"incompatible\"}"));
    SchemaRegistryClient client = client(Map.of("schema.registry.url", url() + "," + url() + "/"));

    assertThatThrownBy(() -> client.idOf("tides-value", SCHEMA))
        .isInstanceOfSatisfying(
            SchemaRegistryException.class, e -> assertThat(e.isRetriable()).isFalse())
        .hasMessageContaining("409")
        .hasMessageContaining("incompatible");
    assertThat(requests)
        .containsExactly("POST /subjects/tides-value/versions", "POST /subjects/tides-value");
  }

  @Test
  void shouldTakeTheIdThatAnotherClientRegisteredAtTheSameMoment() {
    answers.put("POST /subjects/tides-value/versions", new Answer(409, "conflict"));
    answers.put("POST /subjects/tides-value", new Answer(200, "{\"id\":20}"));
    SchemaRegistryClient client = client(Map.of("schema.registry.url", url()));

    assertThat(client.idOf("tides-value", SCHEMA)).isEqualTo(20);
  }

  @Test
  void shouldSendCredentialsAndNeverShowThem() {
    answers.put("POST /subjects/tides-value/versions", new Answer(401, "who are you"));
    String url = url().replace("http://", "http://tide:s3cret@");
    SchemaRegistryClient client =
        client(Map.of("schema.registry.url", url, "basic.auth.credentials.source", "URL"));

    assertThatThrownBy(() -> client.idOf("tides-value", SCHEMA))
        .hasMessageContaining("401")
        .message()
        .doesNotContain("s3cret");
    // tide:s3cret
    assertThat(authorizations).containsExactly("Basic dGlkZTpzM2NyZXQ=");
  }

  @Test
  void shouldSayThatNobodyAnswered() {
    server.stop(0);
    SchemaRegistryClient client = client(Map.of("schema.registry.url", url()));

    assertThatThrownBy(() -> client.byId(1))
        .isInstanceOfSatisfying(
            SchemaRegistryException.class, e -> assertThat(e.isRetriable()).isTrue())
        .hasMessageContaining(url());
  }

  @Test
  void shouldRefuseAnAddressThatIsNoneWithoutRepeatingIt() {
    assertThatThrownBy(() -> client(Map.of("schema.registry.url", "tide:s3cret@registry")).byId(1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("http://registry:8081")
        .message()
        .doesNotContain("s3cret");
  }
}
