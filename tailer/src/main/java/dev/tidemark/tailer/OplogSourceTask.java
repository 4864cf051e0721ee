package dev.tidemark.tailer;

import dev.tidemark.tailer.config.OplogSourceConfig;
import dev.tidemark.tailer.config.TaskAssignment;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/**
 * Captures the oplog of one replica set. This class only starts and stops; {@link StartedTask} does
 * the work. Connect calls all methods on one thread, save {@link #commitRecord}.
 */
public final class OplogSourceTask extends SourceTask {

  private volatile StartedTask started;

  @Override
  public String version() {
    return Version.text();
  }

  @Override
  public void start(Map<String, String> properties) {
    try {
      started =
          StartedTask.start(
              new OplogSourceConfig(properties),
              TaskAssignment.of(properties),
              context.offsetStorageReader());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConnectException("interrupted while the task started", e);
    } catch (ConnectException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new ConnectException(e.getMessage(), e);
    }
  }

  @Override
  public List<SourceRecord> poll() throws InterruptedException {
    return started.poll();
  }

  @Override
  public void commitRecord(SourceRecord record, RecordMetadata metadata) {
    StartedTask task = started;
    if (task != null) {
      task.acknowledge(record);
    }
  }

  @Override
  public void stop() {
    if (started != null) {
      started.close();
      started = null;
    }
  }
}
