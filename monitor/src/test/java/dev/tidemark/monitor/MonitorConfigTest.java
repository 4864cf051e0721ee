package dev.tidemark.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

class MonitorConfigTest {

  private static MonitorConfig config(String... more) {
    Map<String, String> settings = new HashMap<>();
    settings.put("bootstrap.servers", "a:1,b:2");
    settings.put("schema.registry.url", "http://r:8081");
    for (int i = 0; i < more.length; i += 2) {
      settings.put(more[i], more[i + 1]);
    }
    return new MonitorConfig(settings);
  }

  @Test
  void shouldHaveTheDocumentedThresholds() {
    MonitorConfig config = config();
    assertThat(config.alerts().maxBackupAge().threshold()).isEqualTo(24 * 3600);
    assertThat(config.alerts().maxBackupChange().threshold()).isEqualTo(0.5);
    assertThat(config.alerts().maxRestoreTestAge().threshold()).isEqualTo(30 * 24 * 3600);
    assertThat(config.alerts().maxOplogLag().threshold()).isEqualTo(60);
    assertThat(config.interval()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void shouldPassClientSettingsOnAndReadCommittedEventsOnly() {
    MonitorConfig config =
        config(
            "security.protocol", "SSL", "group.id", "g", "linger.ms", "3", "max.poll.records", "7");
    assertThat(config.consumer())
        .containsEntry("security.protocol", "SSL")
        .containsEntry("isolation.level", "read_committed")
        .containsEntry("max.poll.records", "7")
        .doesNotContainKeys("group.id", "linger.ms");
    assertThat(config.producer())
        .containsEntry("linger.ms", "3")
        .containsEntry("acks", "all")
        .doesNotContainKeys("max.poll.records");
  }

  @Test
  void shouldFindClustersByAlias() {
    assertThat(config("clusters.shop.uri", "mongodb://u:p@h/").clusters()).containsOnlyKeys("shop");
  }

  @Test
  void shouldNotShowSecretsWhenTheWebhookIsNoAddress() {
    assertThatThrownBy(() -> config("alert.webhook.url", "hooks.example/T0k3n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("alert.webhook.url")
        .message()
        .doesNotContain("T0k3n");
    assertThat(config("alert.webhook.url", "https://hooks.example/T0k3n").toString())
        .doesNotContain("T0k3n");
  }
}
