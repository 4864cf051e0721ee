package dev.tidemark.monitor;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.tidemark.schemas.alert.Alert;
import dev.tidemark.schemas.registry.SchemaRegistry;
import dev.tidemark.schemas.serde.AvroDeserializer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.LoggerFactory;

/** The three places that alerts are sent to: a webhook, the log and the topic. */
final class Recipients implements AutoCloseable {

  private static final String TOPIC = "backup-alerts";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<Told> posted = new CopyOnWriteArrayList<>();
  private final List<Told> logged = new CopyOnWriteArrayList<>();
  private final Logger log = (Logger) LoggerFactory.getLogger("tidemark.alerts");
  private final HttpServer web;
  private final LogListener listener = new LogListener();

  /** What a recipient was told; a line of the log does not tell the alert's id. */
  record Told(String code, String state, String alertId) {}

  private final class LogListener extends AppenderBase<ILoggingEvent> {
    @Override
    protected void append(ILoggingEvent event) {
      String state = event.getMessage().substring(0, event.getMessage().indexOf(' '));
      logged.add(new Told((String) event.getArgumentArray()[0], state, ""));
    }
  }

  /** Listens to the log and on a free port. */
  Recipients() throws IOException {
    // As the service's own configuration has it; that of the tests logs warnings only.
    log.setLevel(Level.INFO);
    listener.start();
    log.addAppender(listener);
    web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    web.createContext(
        "/alerts",
        exchange -> {
          try (exchange) {
            JsonNode alert = JSON.readTree(exchange.getRequestBody());
            posted.add(
                new Told(
                    alert.path("code").asText(),
                    alert.path("state").asText(),
                    alert.path("alertId").asText()));
            exchange.sendResponseHeaders(204, -1);
          }
        });
    web.start();
  }

  /** Where the webhook listens; other paths may be added. */
  HttpServer web() {
    return web;
  }

  String webhook() {
    return "http://127.0.0.1:" + web.getAddress().getPort() + "/alerts";
  }

  List<Told> posted() {
    return List.copyOf(posted);
  }

  /** Codes of the alerts of which the webhook was told this. */
  Set<String> posted(String state) {
    return posted.stream()
        .filter(told -> told.state().equals(state))
        .map(Told::code)
        .collect(Collectors.toSet());
  }

  List<Told> logged() {
    return List.copyOf(logged);
  }

  /** What is on the topic now. */
  static List<Told> published(String bootstrapServers, SchemaRegistry registry) {
    List<Told> found = new ArrayList<>();
    AvroDeserializer<Alert> alerts = new AvroDeserializer<>(Alert.class, registry);
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition(TOPIC, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          Alert alert = alerts.deserialize(record.topic(), record.value());
          found.add(new Told(alert.getCode(), alert.getState().name(), alert.getAlertId()));
        }
      }
    }
    return found;
  }

  @Override
  public void close() {
    web.stop(0);
    log.detachAppender(listener);
    log.setLevel(null);
  }
}
