package dev.tidemark.tailer.config;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.utils.Utils;

/**
 * The partitions of replica sets that were chosen by hand, and the choice for all others.
 *
 * <p>Written as {@code rs0:0,rs1:1}; the left side is a set's name or its id.
 */
public record PartitionMap(Map<String, Integer> partitions) {

  static final ConfigDef.Validator VALIDATOR =
      Validators.present(
          (key, value) -> {
            try {
              parse(strings(value));
            } catch (IllegalArgumentException e) {
              throw new ConfigException(key, value, e.getMessage());
            }
          },
          () -> "set:partition, …");

  public PartitionMap {
    partitions = Map.copyOf(partitions);
  }

  /**
   * @throws IllegalArgumentException if an element is not of the form {@code set:partition}
   */
  static PartitionMap parse(List<String> elements) {
    Map<String, Integer> partitions = new HashMap<>();
    for (String element : elements) {
      int colon = element.lastIndexOf(':');
      int partition = colon < 1 ? -1 : partition(element.substring(colon + 1).strip());
      if (partition < 0) {
        throw new IllegalArgumentException(
            "'" + element + "' is not of the form set:partition; a right value is rs0:0,rs1:1");
      }
      if (partitions.put(element.substring(0, colon).strip(), partition) != null) {
        throw new IllegalArgumentException(
            "'" + element + "' names its set a second time; a right value is rs0:0,rs1:1");
      }
    }
    return new PartitionMap(partitions);
  }

  private static int partition(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static List<String> strings(Object value) {
    return ((List<?>) value).stream().map(String.class::cast).toList();
  }

  /** The partition chosen for a set, or null. */
  public Integer chosen(String replicaSet, String setId) {
    Integer byId = partitions.get(setId);
    return byId != null ? byId : partitions.get(replicaSet);
  }

  /** The partition of a set at its first start: the chosen one, else by a hash of the set's id. */
  public int partition(String replicaSet, String setId, int partitionCount) {
    Integer chosen = chosen(replicaSet, setId);
    return chosen != null
        ? chosen
        : Utils.toPositive(Utils.murmur2(setId.getBytes(StandardCharsets.UTF_8))) % partitionCount;
  }
}
