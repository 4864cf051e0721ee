package dev.tidemark.tailer.config;

import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** Validators whose messages end with an example of a right value. */
final class Validators {

  private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");
  private static final int LARGEST_PORT = 65_535;

  private Validators() {}

  /** A missing value is reported by the definition itself. */
  static ConfigDef.Validator present(BiConsumer<String, Object> check, Supplier<String> form) {
    return ConfigDef.LambdaValidator.with(
        (key, value) -> {
          if (value != null) {
            check.accept(key, value);
          }
        },
        form);
  }

  static ConfigDef.Validator atLeast(long minimum, String example) {
    return between(minimum, Long.MAX_VALUE, example);
  }

  static ConfigDef.Validator between(long minimum, long maximum, String example) {
    String range =
        maximum == Long.MAX_VALUE
            ? "at least " + minimum
            : "between " + minimum + " and " + maximum;
    return present(
        (key, value) -> {
          long number = ((Number) value).longValue();
          if (number < minimum || number > maximum) {
            throw new ConfigException(
                key, value, "must be " + range + "; a right value is " + example);
          }
        },
        () -> range);
  }

  static ConfigDef.Validator oneOf(Collection<String> values) {
    String list = String.join(", ", values);
    return present(
        (key, value) -> {
          if (!values.contains(String.valueOf(value))) {
            throw new ConfigException(
                key,
                value,
                "must be one of " + list + "; a right value is " + values.iterator().next());
          }
        },
        () -> list);
  }

  /** Accepts what a parser does; its failure is the message. */
  static ConfigDef.Validator parsed(Consumer<String> parser, String form, String example) {
    return present(
        (key, value) -> {
          try {
            parser.accept(String.valueOf(value));
          } catch (IllegalArgumentException e) {
            throw new ConfigException(
                key, value, "must be " + form + "; a right value is " + example);
          }
        },
        () -> form);
  }

  static ConfigDef.Validator hostPorts() {
    return present(
        (key, value) -> {
          List<?> list = (List<?>) value;
          if (list == null || list.isEmpty() || !list.stream().allMatch(Validators::isHostPort)) {
            throw new ConfigException(
                key, value, "must be host:port, …; a right value is broker-1:9092,broker-2:9092");
          }
        },
        () -> "host:port, …");
  }

  private static boolean isHostPort(Object element) {
    String text = String.valueOf(element);
    int colon = text.lastIndexOf(':');
    return colon > 0
        && PORT.matcher(text.substring(colon + 1)).matches()
        && Integer.parseInt(text.substring(colon + 1)) <= LARGEST_PORT;
  }
}
