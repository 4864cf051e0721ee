package dev.tidemark.embedded.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedRegistryIT {

  private static final String FIELD_A = "{\\\"name\\\":\\\"a\\\",\\\"type\\\":\\\"int\\\"}";
  private static final String FIELD_B = "{\\\"name\\\":\\\"b\\\",\\\"type\\\":\\\"int\\\"}";

  @TempDir private Path directory;

  @Test
  void shouldRegisterSchemasAndRefuseIncompatibleOnesWhenStarted() throws Exception {
    long pid;
    try (EmbeddedRegistry registry = EmbeddedRegistry.start(directory)) {
      pid = registry.pid();
      assertThat(register(registry, FIELD_A).body()).contains("\"id\"");
      assertThat(register(registry, FIELD_A + "," + FIELD_B).statusCode()).isEqualTo(409);
    }
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
  }

  private static HttpResponse<String> register(EmbeddedRegistry registry, String fields)
      throws Exception {
    String body =
        "{\"schema\": \"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"R\\\",\\\"fields\\\":["
            + fields
            + "]}\"}";
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(registry.url() + "/subjects/s-value/versions"))
                .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                .POST(BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
  }
}
