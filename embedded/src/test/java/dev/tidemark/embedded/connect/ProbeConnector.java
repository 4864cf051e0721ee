package dev.tidemark.embedded.connect;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/** A source that has nothing to say. */
public final class ProbeConnector extends SourceConnector {

  @Override
  public void start(Map<String, String> properties) {}

  @Override
  public Class<? extends Task> taskClass() {
    return ProbeTask.class;
  }

  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    return List.of(Map.of());
  }

  @Override
  public void stop() {}

  @Override
  public ConfigDef config() {
    return new ConfigDef();
  }

  @Override
  public String version() {
    return "1";
  }

  /** Its only task. */
  public static final class ProbeTask extends SourceTask {

    @Override
    public String version() {
      return "1";
    }

    @Override
    public void start(Map<String, String> properties) {}

    @Override
    public List<SourceRecord> poll() throws InterruptedException {
      Thread.sleep(50);
      return List.of();
    }

    @Override
    public void stop() {}
  }
}
