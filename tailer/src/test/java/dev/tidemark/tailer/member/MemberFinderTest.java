package dev.tidemark.tailer.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.tailer.config.MemberPreference;
import dev.tidemark.tailer.config.OplogSourceConfig;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class MemberFinderTest {

  @Test
  @Timeout(30)
  void shouldLeaveNoClientBehindWhenTheMemberBelongsToAnotherSet()
      throws IOException, InterruptedException {
    try (SimulatedReplicaSet set = SimulatedReplicaSet.start()) {
      String host = "127.0.0.1:" + set.port();
      OplogSourceConfig config =
          new OplogSourceConfig(
              Map.of(
                  "mongodb.uri", "mongodb://" + host + "/?directConnection=true",
                  "kafka.bootstrap.servers", "broker:9092",
                  "producer.override.max.request.size", "18874368"));
      try (MemberFinder members =
          new MemberFinder(
              new ClientFactory(config, 0), MemberPreference.NEAREST, "another", List.of(host))) {
        assertThatThrownBy(members::find).hasMessageContaining("TAILER_SET_CHANGED");
      }

      // The driver's monitors end once their client is closed, and not before.
      for (Thread monitor : monitors(host)) {
        monitor.join();
      }
      assertThat(monitors(host)).isEmpty();
    }
  }

  private static List<Thread> monitors(String host) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("cluster-"))
        .filter(thread -> thread.getName().contains(host))
        .toList();
  }
}
