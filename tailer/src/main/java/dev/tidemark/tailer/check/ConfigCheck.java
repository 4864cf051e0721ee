package dev.tidemark.tailer.check;

import dev.tidemark.tailer.config.OplogSourceConfig;
import dev.tidemark.tailer.config.OplogSourceKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;

/**
 * Validates a configuration as a whole: each value, the rules that span values, then MongoDB and
 * Kafka themselves under a short timeout. Every problem is reported at its key, with a right value.
 */
public final class ConfigCheck {

  private ConfigCheck() {}

  /** The validated values; never throws for a wrong configuration. */
  public static Config check(Map<String, String> properties) {
    Config config = new Config(new ArrayList<>(OplogSourceKeys.CONFIG_DEF.validate(properties)));
    RightValues.add(config);
    Problems problems = new Problems(config);
    ConnectRules.check(properties, problems);
    if (problems.any()) {
      // Without right values there is nothing to connect to; the rest shows at the next try.
      return config;
    }
    OplogSourceConfig parsed = new OplogSourceConfig(properties);
    FlowRules.check(parsed, problems);
    List<SourceCheck.FoundSet> sets = SourceCheck.check(parsed, problems);
    TopicCheck.check(parsed, sets, problems);
    ConnectRules.checkTasks(properties, sets.size(), problems);
    return config;
  }
}
