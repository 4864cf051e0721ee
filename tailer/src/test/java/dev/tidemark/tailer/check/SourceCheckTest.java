package dev.tidemark.tailer.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.embedded.mongo.SimulatorConfig;
import dev.tidemark.embedded.tls.LoopbackCertificate;
import dev.tidemark.tailer.config.OplogSourceConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceCheckTest {

  @TempDir private Path directory;

  private final Map<String, String> properties = new HashMap<>();

  /** The one problem that is found, with its key. */
  private String problem(String uri) {
    properties.put("mongodb.uri", uri);
    // Long enough for a first attempt on a busy machine; what does not connect is waited out.
    properties.put("mongodb.connect.timeout.ms", "2000");
    properties.put("kafka.bootstrap.servers", "broker:9092");
    properties.put("producer.override.max.request.size", "18874368");
    Config found = new Config(new ArrayList<>());

    SourceCheck.check(new OplogSourceConfig(properties), new Problems(found));

    assertThat(found.configValues()).hasSize(1);
    ConfigValue value = found.configValues().get(0);
    assertThat(value.errorMessages()).hasSize(1);
    assertThat(value.errorMessages().get(0)).startsWith(value.name() + ": ");
    return value.errorMessages().get(0);
  }

  @Test
  void shouldTellHowAServerThatWantsTlsIsReached() throws IOException {
    LoopbackCertificate certificate = LoopbackCertificate.make(directory);
    try (SimulatedReplicaSet set =
        SimulatedReplicaSet.start(
            SimulatorConfig.builder().tls(certificate.serverContext()).build())) {
      String address = "127.0.0.1:" + set.port();

      assertThat(problem("mongodb://" + address))
          .startsWith("mongodb.uri: " + address)
          .contains("does it want TLS", "&tls=true");
      assertThat(problem(set.connectionString()))
          .startsWith("mongodb.uri: " + address)
          .contains("certificate that is not accepted", "mongodb.tls.truststore.location");
      properties.put("mongodb.tls.truststore.location", certificate.trustStore().toString());
      assertThat(problem(set.connectionString()))
          .startsWith("mongodb.tls.truststore.password: is missing");
    }
  }

  @Test
  void shouldTellWhatTheUserMayNotDo() throws IOException {
    try (SimulatedReplicaSet set = SimulatedReplicaSet.start()) {
      set.faults().withholdRights("find");
      assertThat(problem(set.connectionString()))
          .contains("the user lacks a privilege", "on local", "grantRolesToUser", "authSource=")
          .doesNotContain("full response");

      set.faults().refuseLogins();
      assertThat(problem(set.connectionString().replace("//", "//u:hunter2@")))
          .contains("refuses the user", "right value is mongodb://tidemark:password@")
          .doesNotContain("hunter2");
    }
  }

  @Test
  void shouldSayWhenTheOplogIsTooShort() throws IOException {
    try (SimulatedReplicaSet set =
        SimulatedReplicaSet.start(SimulatorConfig.builder().oplogBytes(1).build())) {
      assertThat(problem(set.connectionString()))
          .startsWith("oplog.window.min.ms: ")
          .contains("rs0 is full", "replSetResizeOplog", "for example to ");
    }
  }
}
