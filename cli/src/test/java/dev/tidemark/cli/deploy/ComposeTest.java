package dev.tidemark.cli.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.cli.service.Service;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** No Docker engine is at hand: what {@code docker compose config} would say, and a little more. */
class ComposeTest {

  private static final Path ROOT = Path.of("..");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z0-9_]+)([^}]*)}");
  private static final Pattern HOST = Pattern.compile("(?<=[/@,=]|^)([a-z][a-z0-9-]*):[0-9]{4,5}");

  /** Those of the Compose specification that are in use; a slip of the hand is none of them. */
  private static final Set<String> KEYS =
      Set.of(
          "build",
          "cap_drop",
          "command",
          "depends_on",
          "entrypoint",
          "environment",
          "healthcheck",
          "image",
          "init",
          "network_mode",
          "ports",
          "read_only",
          "restart",
          "security_opt",
          "tmpfs",
          "user",
          "volumes");

  private static final Set<String> TOP = Set.of("name", "services", "volumes");

  private static String text;
  private static Map<String, Object> file;
  private static Map<String, Map<String, Object>> services;

  @BeforeAll
  static void read() throws IOException {
    text = Files.readString(ROOT.resolve("docker-compose.yml"));
    file = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
    services = new TreeMap<>();
    map(file.get("services")).forEach((name, service) -> services.put(name, map(service)));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object node) {
    return node == null ? Map.of() : (Map<String, Object>) node;
  }

  private static List<String> list(Object node) {
    return node == null ? List.of() : ((List<?>) node).stream().map(String::valueOf).toList();
  }

  @Test
  void shouldUseKeysThatComposeKnows() {
    assertThat(file.keySet()).allMatch(key -> TOP.contains(key) || key.startsWith("x-"));
    services.forEach((name, service) -> assertThat(KEYS).as(name).containsAll(service.keySet()));
  }

  @Test
  void shouldPinEveryImage() {
    services.forEach(
        (name, service) ->
            assertThat(String.valueOf(service.get("image")))
                .as(name)
                .matches("[a-z0-9/-]+:[A-Za-z0-9.-]*[0-9][A-Za-z0-9.-]*")
                .doesNotContain("latest"));
  }

  @Test
  void shouldWatchTheHealthOfWhatRunsOn() {
    services.forEach(
        (name, service) ->
            assertThat(service.containsKey("healthcheck"))
                .as(name)
                .isEqualTo(service.containsKey("restart")));
  }

  @Test
  void shouldWaitOnlyForWhatWillCome() {
    services.forEach(
        (name, service) ->
            map(service.get("depends_on"))
                .forEach(
                    (other, how) -> {
                      assertThat(services).as(name).containsKey(other);
                      String condition = String.valueOf(map(how).get("condition"));
                      // Ends by itself, or says that it is well.
                      assertThat(condition)
                          .as(name + " waits for " + other)
                          .isEqualTo(
                              services.get(other).containsKey("restart")
                                  ? "service_healthy"
                                  : "service_completed_successfully");
                    }));
    Set<String> started = new TreeSet<>();
    while (started.size() < services.size()) {
      List<String> next =
          services.keySet().stream()
              .filter(name -> !started.contains(name))
              .filter(
                  name -> started.containsAll(map(services.get(name).get("depends_on")).keySet()))
              .toList();
      assertThat(next).as("services that wait for each other").isNotEmpty();
      started.addAll(next);
    }
  }

  @Test
  void shouldMountWhatIsThere() {
    Set<String> used = new TreeSet<>();
    services.forEach(
        (name, service) -> {
          for (String volume : list(service.get("volumes"))) {
            String from = volume.substring(0, volume.indexOf(':'));
            if (from.startsWith(".")) {
              assertThat(ROOT.resolve(from)).as(name).exists();
            } else {
              used.add(from);
            }
          }
        });
    assertThat(used).isEqualTo(map(file.get("volumes")).keySet());
  }

  @Test
  void shouldTakeEverySecretFromTheEnvironmentFile() throws IOException {
    Properties example = properties(ROOT.resolve("deploy/compose/example.env"));
    List<MatchResult> variables = VARIABLE.matcher(text).results().toList();

    assertThat(variables).allMatch(variable -> variable.group(2).startsWith(":?"));
    assertThat(variables.stream().map(variable -> variable.group(1)).collect(Collectors.toSet()))
        .isEqualTo(example.stringPropertyNames());
  }

  @Test
  void shouldListenOnTheLoopbackInterfaceOnly() {
    services.forEach(
        (name, service) ->
            assertThat(list(service.get("ports")))
                .as(name)
                .allMatch(port -> port.startsWith("127.0.0.1:")));
  }

  /** The file that is mounted, the hosts in it, and the variables that it refers to. */
  @ParameterizedTest
  @EnumSource(Service.class)
  void shouldStartEachServiceWithItsFile(Service service) throws IOException {
    Map<String, Object> container = services.get(service.command());
    String config = "/etc/tidemark/" + service.command() + ".properties";
    String from = "./deploy/compose/" + service.command() + ".properties";

    assertThat(list(container.get("command")))
        .containsExactly(service.command(), "--config", config);
    assertThat(list(container.get("volumes"))).contains(from + ":" + config + ":ro");
    assertThat(container.get("read_only")).isEqualTo(true);
    Properties settings = properties(ROOT.resolve(from));
    for (String key : settings.stringPropertyNames()) {
      String value = settings.getProperty(key);
      Pattern.compile("\\$\\{env:([A-Z0-9_]+)}")
          .matcher(value)
          .results()
          .forEach(
              reference ->
                  assertThat(map(container.get("environment")))
                      .as(key)
                      .containsKey(reference.group(1)));
      HOST.matcher(value)
          .results()
          .forEach(host -> assertThat(services).as(key).containsKey(host.group(1)));
    }
  }

  @Test
  void shouldScrapeServicesThatThereAre() throws IOException {
    String scraped = Files.readString(ROOT.resolve("deploy/prometheus/prometheus.yml"));
    List<String> hosts =
        Pattern.compile("([a-z-]+):[0-9]{4}")
            .matcher(scraped)
            .results()
            .map(host -> host.group(1))
            .toList();

    assertThat(hosts).containsExactlyInAnyOrder("monitor", "tailer", "archiver", "restorer");
    assertThat(services).containsKeys(hosts.toArray(new String[0]));
  }

  @Test
  void shouldMakeEveryTopicHereAndInTheGuide() throws IOException {
    assertThat(topics(Files.readString(ROOT.resolve("deploy/compose/topics.sh"))))
        .containsExactlyInAnyOrderElementsOf(EveryTopic.NAMES);
    assertThat(topics(Files.readString(ROOT.resolve("docs/running.md"))))
        .containsExactlyInAnyOrderElementsOf(EveryTopic.NAMES);
  }

  private static List<String> topics(String script) {
    List<String> found = new ArrayList<>();
    Pattern.compile("(?:--topic|\\$topics) ([a-z-]+)")
        .matcher(script)
        .results()
        .forEach(topic -> found.add(topic.group(1)));
    Pattern.compile("for topic in ([a-z -]+); do")
        .matcher(script)
        .results()
        .flatMap(loop -> Stream.of(loop.group(1).split(" ")))
        .forEach(found::add);
    return found;
  }

  private static Properties properties(Path path) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(path)) {
      properties.load(reader);
    }
    return properties;
  }
}
