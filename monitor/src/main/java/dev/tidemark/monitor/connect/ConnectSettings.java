package dev.tidemark.monitor.connect;

import java.net.URI;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidList;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;

/**
 * The settings about Kafka Connect.
 *
 * @param urls workers of the Connect cluster; nothing is watched if there is none
 * @param authorization value of the header of that name; empty for none; a secret
 * @param attempts how often a failed task is started again before an operator is called
 * @param codes failures that a new start may mend
 */
public record ConnectSettings(
    List<URI> urls, String authorization, int attempts, Set<String> codes) {

  public static final String URL_CONFIG = "connect.url";
  public static final String AUTHORIZATION_CONFIG = "connect.authorization";
  public static final String ATTEMPTS_CONFIG = "connect.restart.attempts";
  public static final String CODES_CONFIG = "connect.restart.codes";

  private static final String GROUP = "Connect";
  private static final List<String> RETRIABLE =
      List.of(
          "TAILER_NO_MEMBER",
          "TAILER_MEMBER_BEHIND",
          "TAILER_MEMBER_UNSUITABLE",
          "TAILER_CURSOR_LOST",
          "TAILER_KAFKA_UNREACHABLE",
          "TAILER_RETRIES_EXHAUSTED");

  public ConnectSettings {
    urls = List.copyOf(urls);
    codes = Set.copyOf(codes);
  }

  /** Adds the keys to a definition. */
  public static void define(ConfigDef def) {
    def.define(
        URL_CONFIG,
        Type.LIST,
        List.of(),
        ValidList.anyNonDuplicateValues(true, false),
        Importance.MEDIUM,
        "Connect workers that run the tailer, as http://host:8083; the first that answers is asked."
            + " Failed tasks are alerted about and, where it may help, started again. Empty for"
            + " neither.",
        GROUP,
        1,
        Width.LONG,
        URL_CONFIG);
    def.define(
        AUTHORIZATION_CONFIG,
        Type.PASSWORD,
        "",
        null,
        Importance.MEDIUM,
        "Value of the Authorization header sent to the workers.",
        GROUP,
        2,
        Width.LONG,
        AUTHORIZATION_CONFIG);
    def.define(
        ATTEMPTS_CONFIG,
        Type.INT,
        5,
        Range.atLeast(0),
        Importance.LOW,
        "How often a failed task is started again, with growing pauses, before it is alerted about;"
            + " 0 to leave that to people.",
        GROUP,
        3,
        Width.SHORT,
        ATTEMPTS_CONFIG);
    def.define(
        CODES_CONFIG,
        Type.LIST,
        RETRIABLE,
        ValidList.anyNonDuplicateValues(true, false),
        Importance.LOW,
        "Error codes of the tailer after which a task is started again. Failures without a code,"
            + " which are Connect's own, always are.",
        GROUP,
        4,
        Width.LONG,
        CODES_CONFIG);
  }

  /**
   * The settings of a parsed configuration.
   *
   * @throws ConfigException if an address is none
   */
  public static ConnectSettings of(AbstractConfig config) {
    return new ConnectSettings(
        config.getList(URL_CONFIG).stream().map(ConnectSettings::url).toList(),
        config.getPassword(AUTHORIZATION_CONFIG).value(),
        config.getInt(ATTEMPTS_CONFIG),
        Set.copyOf(config.getList(CODES_CONFIG)));
  }

  private static URI url(String text) {
    try {
      URI uri = URI.create(text.endsWith("/") ? text : text + "/");
      if (uri.getHost() != null && uri.getScheme().startsWith("http")) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      throw new ConfigException(URL_CONFIG + " holds no address of the form http://host:8083", e);
    }
    throw new ConfigException(URL_CONFIG + " holds no address of the form http://host:8083");
  }
}
