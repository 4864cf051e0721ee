package dev.tidemark.archiver;

import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.store.ObjectContent;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.PutCondition;
import dev.tidemark.archiver.error.ArchiverError;
import dev.tidemark.oplog.error.TidemarkException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InterruptException;

/** Refuses to start where the archive could become wrong without anybody noticing. */
record Preflight(ArchiverConfig config, Admin admin, ObjectStore store) {

  void check() {
    checkTopic();
    checkFirstPutWins();
  }

  private void checkTopic() {
    String topic = config.topics().oplogBackup();
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    Config settings;
    try {
      settings = admin.describeConfigs(List.of(resource)).all().get().get(resource);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      throw new TidemarkException(
          ArchiverError.ARCHIVER_TOPIC_UNUSABLE,
          "the topic cannot be looked at: " + e.getCause().getMessage(),
          "topic " + topic,
          "Create it, or give the archiver the right to describe it",
          e.getCause());
    }
    if (settings.get(TopicConfig.CLEANUP_POLICY_CONFIG).value().contains("compact")) {
      throw new TidemarkException(
          ArchiverError.ARCHIVER_TOPIC_UNUSABLE,
          "the topic is compacted, which deletes entries that are not archived yet",
          "topic " + topic,
          "Set cleanup.policy=delete");
    }
  }

  /**
   * Everything rests on a second put being refused: better asked than believed. The probe stays, so
   * that the archiver needs no right to delete; that it is refused from then on is the answer.
   */
  private void checkFirstPutWins() {
    String key = new ObjectKeys(config.cluster()).probe();
    ObjectContent content = ObjectContent.of("probe".getBytes(StandardCharsets.UTF_8));
    boolean first = store.put(key, content, PutCondition.ifAbsent()).isStored();
    if (first && store.put(key, content, PutCondition.ifAbsent()).isStored()) {
      throw new TidemarkException(
          ArchiverError.ARCHIVER_STORE_UNSAFE,
          "the object store let a second conditional PUT replace the first",
          store.location(),
          "Use a store that honours If-None-Match: *");
    }
  }
}
