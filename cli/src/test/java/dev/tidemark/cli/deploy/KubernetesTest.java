package dev.tidemark.cli.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.tidemark.cli.service.Service;
import dev.tidemark.tailer.config.OplogSourceKeys;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.strimzi.api.kafka.model.connect.KafkaConnect;
import io.strimzi.api.kafka.model.connector.KafkaConnector;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No Kubernetes is at hand: what can be known of the example without one. */
class KubernetesTest {

  private static final Path FOLDER = Path.of("..", "deploy", "kubernetes");
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  /** Made by Strimzi or by whoever runs the registry of images. */
  private static final Set<String> MADE_ELSEWHERE =
      Set.of("tidemark", "main-cluster-ca-cert", "registry-push");

  private static final Map<String, Class<?>> KINDS =
      Map.of(
          "ConfigMap", ConfigMap.class,
          "Deployment", Deployment.class,
          "KafkaConnect", KafkaConnect.class,
          "KafkaConnector", KafkaConnector.class,
          "KafkaTopic", KafkaTopic.class,
          "KafkaUser", KafkaUser.class,
          "NetworkPolicy", NetworkPolicy.class,
          "PodMonitor", PodMonitor.class,
          "Secret", Secret.class,
          "ServiceAccount", ServiceAccount.class);

  private static final List<JsonNode> RESOURCES = new ArrayList<>();

  @BeforeAll
  static void read() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
        if (!file.endsWith("kustomization.yaml")) {
          RESOURCES.addAll(documents(file));
        }
      }
    }
  }

  private static List<JsonNode> documents(Path file) {
    try (MappingIterator<JsonNode> documents =
        YAML.readerFor(JsonNode.class).readValues(file.toFile())) {
      return documents.readAll();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<JsonNode> ofKind(String kind) {
    return RESOURCES.stream().filter(r -> r.path("kind").asText().equals(kind));
  }

  private static JsonNode named(String kind, String name) {
    return ofKind(kind)
        .filter(r -> r.at("/metadata/name").asText().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("there is no " + kind + " " + name));
  }

  @Test
  void shouldListEveryFileButTheSecrets() throws IOException {
    Set<String> listed = new TreeSet<>();
    documents(FOLDER.resolve("kustomization.yaml"))
        .get(0)
        .path("resources")
        .forEach(r -> listed.add(r.asText()));
    try (Stream<Path> files = Files.list(FOLDER)) {
      assertThat(
              files
                  .map(f -> f.getFileName().toString())
                  .filter(f -> f.endsWith(".yaml"))
                  .filter(f -> !f.startsWith("secrets") && !f.startsWith("kustomization")))
          .containsExactlyInAnyOrderElementsOf(listed);
    }
  }

  @Test
  void shouldHoldNothingThatItsKindDoesNotKnow() {
    ObjectMapper strict = new ObjectMapper();
    strict.setAnnotationIntrospector(
        new JacksonAnnotationIntrospector() {
          @Override
          public Boolean hasAnySetter(Annotated member) {
            // Where the models would put what they do not know.
            return false;
          }
        });
    for (JsonNode resource : RESOURCES) {
      String kind = resource.path("kind").asText();
      assertThat(KINDS).containsKey(kind);
      assertThatCode(() -> strict.treeToValue(resource, KINDS.get(kind)))
          .as(kind + " " + resource.at("/metadata/name").asText())
          .doesNotThrowAnyException();
    }
  }

  @Test
  void shouldMakeEveryTopic() {
    assertThat(ofKind("KafkaTopic").map(topic -> topic.at("/metadata/name").asText()))
        .containsExactlyInAnyOrderElementsOf(EveryTopic.NAMES);
  }

  @Test
  void shouldReferToNothingThatIsNotThere() {
    Set<String> secrets = new TreeSet<>(MADE_ELSEWHERE);
    ofKind("Secret").forEach(secret -> secrets.add(secret.at("/metadata/name").asText()));
    for (JsonNode resource : RESOURCES) {
      assertThat(secrets)
          .containsAll(resource.findValuesAsText("secretName"))
          .containsAll(names(resource.findValues("secretKeyRef")))
          .containsAll(names(resource.findValues("secretRef")));
      names(resource.findValues("configMap")).forEach(map -> named("ConfigMap", map));
      resource.findValuesAsText("serviceAccountName").forEach(a -> named("ServiceAccount", a));
      for (JsonNode key : resource.findValues("secretKeyRef")) {
        if (!MADE_ELSEWHERE.contains(key.path("name").asText())) {
          assertThat(named("Secret", key.path("name").asText()).path("stringData").properties())
              .anyMatch(entry -> entry.getKey().equals(key.path("key").asText()));
        }
      }
    }
  }

  private static List<String> names(List<JsonNode> references) {
    return references.stream().map(r -> r.path("name").asText()).toList();
  }

  @Test
  void shouldRunPodsWithoutRightsAndWithinBounds() {
    assertThat(ofKind("Deployment")).hasSize(3);
    ofKind("Deployment")
        .map(deployment -> deployment.at("/spec/template/spec"))
        .forEach(
            pod -> {
              assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
              JsonNode container = pod.at("/containers/0");
              assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean())
                  .isTrue();
              assertThat(container.at("/securityContext/allowPrivilegeEscalation").asBoolean(true))
                  .isFalse();
              assertThat(container.at("/resources/limits/memory").asText()).isNotEmpty();
              assertThat(container.has("readinessProbe")).isTrue();
              assertThat(container.has("livenessProbe")).isTrue();
              assertThat(container.path("image").asText()).matches(".*:[0-9][^:]*");
              assertThat(mounted(container)).isEqualTo(volumes(pod));
            });
  }

  private static Set<String> mounted(JsonNode container) {
    return new TreeSet<>(names(list(container.path("volumeMounts"))));
  }

  private static Set<String> volumes(JsonNode pod) {
    return new TreeSet<>(names(list(pod.path("volumes"))));
  }

  private static List<JsonNode> list(JsonNode array) {
    List<JsonNode> elements = new ArrayList<>();
    array.forEach(elements::add);
    return elements;
  }

  /** Each file of the ConfigMap, and each variable that it refers to. */
  @ParameterizedTest
  @EnumSource(names = {"ARCHIVER", "RESTORER", "MONITOR"})
  void shouldConfigureServicesWithWhatTheyKnow(Service service) throws IOException {
    Properties properties = new Properties();
    properties.load(
        new StringReader(
            named("ConfigMap", "tidemark-services")
                .path("data")
                .path(service.command() + ".properties")
                .asText()));
    JsonNode container =
        named("Deployment", "tidemark-" + service.command()).at("/spec/template/spec/containers/0");
    Map<String, String> settings = new HashMap<>();
    for (String key : properties.stringPropertyNames()) {
      String value = properties.getProperty(key);
      if (value.startsWith("${env:")) {
        assertThat(names(list(container.path("env"))))
            .contains(value.substring("${env:".length(), value.length() - 1));
        value = key.endsWith(".uri") ? "mongodb://host:27017/" : "given";
      }
      assertThat(service.knows(key)).as(key).isTrue();
      settings.put(key, value);
    }

    service.parse(settings);
  }

  @Test
  void shouldConfigureTheConnectorWithWhatItKnows() {
    Map<String, String> config = new HashMap<>();
    named("KafkaConnector", "oplog")
        .at("/spec/config")
        .properties()
        .forEach(setting -> config.put(setting.getKey(), setting.getValue().asText()));
    config.put("mongodb.username", "tailer");
    config.put("mongodb.password", "given");

    assertThat(config.keySet()).allMatch(Service.TAILER::knows);
    assertThat(OplogSourceKeys.CONFIG_DEF.validate(config))
        .allSatisfy(value -> assertThat(value.errorMessages()).as(value.name()).isEmpty());
  }
}
