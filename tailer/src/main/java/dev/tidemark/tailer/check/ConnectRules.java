package dev.tidemark.tailer.check;

import dev.tidemark.tailer.config.OplogSourceConfig;
import dev.tidemark.tailer.config.OplogSourceKeys;
import java.util.Map;
import java.util.Set;

/** Refuses settings of Connect itself that would lose or reorder entries without a word. */
final class ConnectRules {

  private static final String TOLERANCE = "errors.tolerance";
  private static final String TRANSFORMS = "transforms";
  private static final String ACKS = "producer.override.acks";
  private static final String IDEMPOTENCE = "producer.override.enable.idempotence";
  private static final String BUFFER = "producer.override.buffer.memory";
  private static final Set<String> ACKS_ALL = Set.of("all", "-1");

  private ConnectRules() {}

  static void check(Map<String, String> properties, Problems problems) {
    refuse(
        problems,
        TOLERANCE,
        "all".equalsIgnoreCase(properties.get(TOLERANCE)),
        "all would skip entries that cannot be written; the right value is none");
    refuse(
        problems,
        TRANSFORMS,
        !properties.getOrDefault(TRANSFORMS, "").isBlank(),
        "transforms could drop, change or reroute entries; leave the key out");
    refuse(
        problems,
        ACKS,
        properties.containsKey(ACKS) && !ACKS_ALL.contains(properties.get(ACKS)),
        "fewer acknowledgements than all lose entries when a broker fails; the right value is all");
    refuse(
        problems,
        IDEMPOTENCE,
        "false".equalsIgnoreCase(properties.get(IDEMPOTENCE)),
        "without idempotence a retry duplicates and reorders entries; the right value is true");
    refuse(
        problems,
        BUFFER,
        isBelow(properties.get(BUFFER), OplogSourceKeys.MIN_MESSAGE_BYTES),
        "must hold the largest entry, so at least "
            + OplogSourceKeys.MIN_MESSAGE_BYTES
            + "; a right value is 67108864");
  }

  /** Each set needs a task of its own. */
  static void checkTasks(Map<String, String> properties, int sets, Problems problems) {
    refuse(
        problems,
        OplogSourceConfig.TASKS_MAX,
        isBelow(properties.getOrDefault(OplogSourceConfig.TASKS_MAX, "1"), sets),
        "each of the " + sets + " replica sets needs a task; a right value is " + sets);
  }

  private static void refuse(Problems problems, String key, boolean wrong, String message) {
    if (wrong) {
      problems.add(key, message);
    }
  }

  /** What is no number is reported by whoever owns the key. */
  private static boolean isBelow(String text, long minimum) {
    try {
      return text != null && Long.parseLong(text.strip()) < minimum;
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
