package dev.tidemark.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.cli.Tidemark;
import dev.tidemark.cli.service.Service;
import dev.tidemark.cli.service.ServiceSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConfigCheckTest {

  private static final List<String> ARCHIVER =
      List.of(
          "bootstrap.servers=broker:9092",
          "schema.registry.url=http://registry:8081",
          "application.id=tidemark-archiver",
          "cluster=shop",
          "archive.url=s3://backups/tidemark");

  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void shouldFindAConfigurationGoodWhenItIs() throws IOException {
    assertThat(check("archiver", file(ARCHIVER))).as(err.toString()).isZero();

    Document report = Document.parse(out.toString());
    assertThat(report.getBoolean("good")).isTrue();
    Document settings = report.get("settings", Document.class);
    assertThat(settings.get("archive.url", Document.class))
        .isEqualTo(new Document("origin", "file").append("value", "s3://backups/tidemark"));
    assertThat(settings.get("segment.window.ms", Document.class).getString("origin"))
        .isEqualTo("default");
  }

  @Test
  void shouldNameEveryProblemAtOnce() throws IOException {
    Path file =
        file(ARCHIVER, "segment.window.ms=soon", "archive.s3.regoin=eu", "x=${env:NOWHERE_AT_ALL}");

    assertThat(check("archiver", file)).isEqualTo(1);

    assertThat(err.toString())
        .contains("segment.window.ms: Invalid value soon")
        .contains(
            "archive.s3.regoin: is no setting of the archiver. Did you mean archive.s3.region?")
        .contains("x: refers to something that is not there: ${env:NOWHERE_AT_ALL}");
  }

  @Test
  void shouldShowNoSecret() throws IOException {
    Path file =
        file(
            List.of(
                "bootstrap.servers=broker:9092",
                "schema.registry.url=http://reader:swordfish@registry:8081",
                "archive.url=s3://backups/tidemark",
                "archive.s3.secret.access.key=swordfish",
                "sasl.jaas.config=org.example.Module required password=swordfish;",
                "clusters.shop.uri=mongodb://backup:swordfish@mongo-1/?replicaSet=rs0",
                "targets.scratch.uri=mongodb://restore:swordfish@${env:NOWHERE_AT_ALL}/"));

    assertThat(check("restorer", file)).isEqualTo(1);

    assertThat(out + err.toString())
        .doesNotContain("swordfish")
        .contains("mongodb://***@mongo-1/?replicaSet=rs0");
  }

  @Test
  void shouldTellTheRuleThatSpansKeys() throws IOException {
    Path file =
        file(
            List.of(
                "bootstrap.servers=broker:9092",
                "schema.registry.url=http://registry:8081",
                "archive.url=s3://backups/tidemark",
                "clusters.shop.uri=mongodb://mongo-1/?replicaSet=rs0",
                "drills.shop.target=nobody"));

    assertThat(check("restorer", file)).isEqualTo(1);

    assertThat(err.toString()).contains("No target is called 'nobody' here");
  }

  @Test
  void shouldLetTheEnvironmentOverrideTheFile() throws IOException {
    ServiceSettings settings =
        ServiceSettings.read(
            Service.ARCHIVER,
            file(ARCHIVER),
            Map.of(
                "TIDEMARK_ARCHIVER_ARCHIVE_URL", "s3://other",
                "TIDEMARK_ARCHIVER_TOPICS_OPLOG__BACKUP", "prod.oplog",
                "TIDEMARK_RESTORER_ARCHIVE_URL", "s3://not-mine",
                "TIDEMARK_LOG_LEVEL", "INFO"));

    assertThat(settings.values())
        .containsEntry("archive.url", "s3://other")
        .containsEntry("topics.oplog-backup", "prod.oplog")
        .hasSize(ARCHIVER.size() + 1);
    assertThat(settings.fromEnvironment())
        .containsExactlyInAnyOrder("archive.url", "topics.oplog-backup");
  }

  /** What Compose starts with must be good; its secrets come from the environment. */
  @ParameterizedTest
  @EnumSource(Service.class)
  void shouldKnowEverySettingThatIsDeployed(Service service) throws IOException {
    Path file = Path.of("..", "deploy", "compose", service.command() + ".properties");

    ConfigCheck check = new ConfigCheck(service, ServiceSettings.read(service, file, Map.of()));

    assertThat(check.findings())
        .allMatch(finding -> finding.problem().startsWith("refers to something"));
  }

  private Path file(List<String> lines, String... more) throws IOException {
    List<String> all = new ArrayList<>(lines);
    all.addAll(List.of(more));
    return Files.write(directory.resolve("service.properties"), all);
  }

  private int check(String service, Path file) {
    return Tidemark.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
        .execute("config", "check", "--service", service, "--config", file.toString(), "--json");
  }
}
