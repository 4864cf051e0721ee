package dev.tidemark.restorer.request;

import dev.tidemark.schemas.registry.SchemaRegistry;
import dev.tidemark.schemas.serde.AvroSerializer;
import dev.tidemark.schemas.serde.RequestDeserializer;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * The two topics of one kind of request and the clients that read and write them.
 *
 * @param kind what the topics carry
 * @param requestTopic where requests arrive
 * @param statusTopic where their statuses go
 * @param groupId the consumer group that shares the requests
 * @param clientSettings how to reach and to authenticate with the brokers
 * @param registry where schemas are registered
 */
public record RequestTopics<R extends SpecificRecord, S extends SpecificRecord>(
    JobKind<R, S> kind,
    String requestTopic,
    String statusTopic,
    String groupId,
    Map<String, Object> clientSettings,
    SchemaRegistry registry) {

  /** What a worker left open when it died holds up readers of the topic for so long at most. */
  private static final int TRANSACTION_TIMEOUT_MS = 10_000;

  Deserializer<R> requests() {
    return new RequestDeserializer<>(kind.requestType(), registry);
  }

  KafkaConsumer<byte[], byte[]> groupConsumer() {
    Map<String, Object> settings = consumerSettings();
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, groupId);
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
    return consumer(settings);
  }

  KafkaConsumer<byte[], byte[]> readerConsumer() {
    return consumer(consumerSettings());
  }

  StatusBoard<S> board() {
    Map<String, Object> settings = new HashMap<>(clientSettings);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    return new StatusBoard<>(
        statusTopic,
        new LatestStatuses<>(statusTopic, readerConsumer(), kind.statusType(), registry),
        producer(settings),
        this::transactional,
        new AvroSerializer<>(registry));
  }

  private KafkaProducer<byte[], byte[]> transactional(String transactionalId) {
    Map<String, Object> settings = new HashMap<>(clientSettings);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MS);
    return producer(settings);
  }

  private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> settings) {
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private Map<String, Object> consumerSettings() {
    return consumerSettings(clientSettings);
  }

  /** What a consumer without a group needs to read a whole topic. */
  static Map<String, Object> consumerSettings(Map<String, Object> clientSettings) {
    Map<String, Object> settings = new HashMap<>(clientSettings);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    return settings;
  }

  private static KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> settings) {
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
