package dev.tidemark.schemas.registry;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/** How to reach the schema registry. The keys are those of Confluent's clients. */
public final class RegistryConfig extends AbstractConfig {

  public static final String URL_CONFIG = "schema.registry.url";
  private static final String URL_DOC =
      "Addresses of the schema registry's Confluent API, separated by commas; the next is tried when"
          + " one does not answer.";

  public static final String AUTO_REGISTER_CONFIG = "auto.register.schemas";
  private static final String AUTO_REGISTER_DOC =
      "Whether a schema that the registry does not know is registered on first use. Turn it off where"
          + " schemas are registered by a pipeline of their own; a missing one is then an error.";

  public static final String BASIC_AUTH_SOURCE_CONFIG = "basic.auth.credentials.source";
  private static final String BASIC_AUTH_SOURCE_DOC =
      "Where user and password come from: USER_INFO for basic.auth.user.info, URL for the address.";

  public static final String BASIC_AUTH_USER_INFO_CONFIG = "basic.auth.user.info";
  private static final String BASIC_AUTH_USER_INFO_DOC = "User and password as user:password.";

  public static final String BEARER_TOKEN_CONFIG = "bearer.auth.token";
  private static final String BEARER_TOKEN_DOC = "Token sent as 'Authorization: Bearer'.";

  public static final String TRUSTSTORE_LOCATION_CONFIG = "schema.registry.ssl.truststore.location";
  private static final String TRUSTSTORE_LOCATION_DOC =
      "Keystore file with the certificates to trust; the JDK's own if empty.";

  public static final String TRUSTSTORE_PASSWORD_CONFIG = "schema.registry.ssl.truststore.password";
  private static final String TRUSTSTORE_PASSWORD_DOC = "Password of the truststore.";

  public static final String KEYSTORE_LOCATION_CONFIG = "schema.registry.ssl.keystore.location";
  private static final String KEYSTORE_LOCATION_DOC =
      "Keystore file with the client's certificate, for registries that ask for one.";

  public static final String KEYSTORE_PASSWORD_CONFIG = "schema.registry.ssl.keystore.password";
  private static final String KEYSTORE_PASSWORD_DOC = "Password of the keystore.";

  public static final String TIMEOUT_MS_CONFIG = "schema.registry.request.timeout.ms";
  private static final String TIMEOUT_MS_DOC = "How long one request may take, in milliseconds.";

  private static final String GROUP = "Schema registry";

  public static final ConfigDef DEFINITION = define(new ConfigDef());

  public RegistryConfig(Map<String, ?> values) {
    super(DEFINITION, values, false);
    if (urls().isEmpty()) {
      throw new ConfigException(
          URL_CONFIG, "", "must name at least one address, for example http://registry:8081");
    }
  }

  /** Adds the keys of the registry to a component's definition. */
  public static ConfigDef define(ConfigDef definition) {
    return definition
        .define(
            URL_CONFIG,
            Type.LIST,
            List.of(),
            ConfigDef.ValidList.anyNonDuplicateValues(true, false),
            Importance.HIGH,
            URL_DOC,
            GROUP,
            1,
            ConfigDef.Width.LONG,
            URL_CONFIG)
        .define(
            AUTO_REGISTER_CONFIG,
            Type.BOOLEAN,
            true,
            Importance.MEDIUM,
            AUTO_REGISTER_DOC,
            GROUP,
            2,
            ConfigDef.Width.SHORT,
            AUTO_REGISTER_CONFIG)
        .define(
            BASIC_AUTH_SOURCE_CONFIG,
            Type.STRING,
            "USER_INFO",
            ConfigDef.ValidString.in("USER_INFO", "URL"),
            Importance.LOW,
            BASIC_AUTH_SOURCE_DOC,
            GROUP,
            3,
            ConfigDef.Width.SHORT,
            BASIC_AUTH_SOURCE_CONFIG)
        .define(
            BASIC_AUTH_USER_INFO_CONFIG,
            Type.PASSWORD,
            "",
            Importance.MEDIUM,
            BASIC_AUTH_USER_INFO_DOC,
            GROUP,
            4,
            ConfigDef.Width.MEDIUM,
            BASIC_AUTH_USER_INFO_CONFIG)
        .define(
            BEARER_TOKEN_CONFIG,
            Type.PASSWORD,
            "",
            Importance.LOW,
            BEARER_TOKEN_DOC,
            GROUP,
            5,
            ConfigDef.Width.MEDIUM,
            BEARER_TOKEN_CONFIG)
        .define(
            TRUSTSTORE_LOCATION_CONFIG,
            Type.STRING,
            "",
            Importance.LOW,
            TRUSTSTORE_LOCATION_DOC,
            GROUP,
            6,
            ConfigDef.Width.LONG,
            TRUSTSTORE_LOCATION_CONFIG)
        .define(
            TRUSTSTORE_PASSWORD_CONFIG,
            Type.PASSWORD,
            "",
            Importance.LOW,
            TRUSTSTORE_PASSWORD_DOC,
            GROUP,
            7,
            ConfigDef.Width.MEDIUM,
            TRUSTSTORE_PASSWORD_CONFIG)
        .define(
            KEYSTORE_LOCATION_CONFIG,
            Type.STRING,
            "",
            Importance.LOW,
            KEYSTORE_LOCATION_DOC,
            GROUP,
            8,
            ConfigDef.Width.LONG,
            KEYSTORE_LOCATION_CONFIG)
        .define(
            KEYSTORE_PASSWORD_CONFIG,
            Type.PASSWORD,
            "",
            Importance.LOW,
            KEYSTORE_PASSWORD_DOC,
            GROUP,
            9,
            ConfigDef.Width.MEDIUM,
            KEYSTORE_PASSWORD_CONFIG)
        .define(
            TIMEOUT_MS_CONFIG,
            Type.INT,
            10_000,
            ConfigDef.Range.atLeast(100),
            Importance.LOW,
            TIMEOUT_MS_DOC,
            GROUP,
            10,
            ConfigDef.Width.SHORT,
            TIMEOUT_MS_CONFIG);
  }

  public List<URI> urls() {
    return getList(URL_CONFIG).stream().map(String::strip).map(RegistryConfig::uri).toList();
  }

  private static URI uri(String url) {
    URI uri;
    try {
      uri = new URI(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
    } catch (URISyntaxException e) {
      throw notAnAddress();
    }
    if (!"http".equals(uri.getScheme()) && !"https".equals(uri.getScheme())) {
      throw notAnAddress();
    }
    return uri;
  }

  private static ConfigException notAnAddress() {
    // The value may hold a password: neither it nor the parser's message, which repeats it, is
    // shown.
    return new ConfigException(
        URL_CONFIG + " must hold http or https addresses, for example http://registry:8081");
  }

  public boolean autoRegister() {
    return getBoolean(AUTO_REGISTER_CONFIG);
  }

  /** {@code user:password} to send to an address, or empty. */
  String userInfo(URI url) {
    if ("URL".equals(getString(BASIC_AUTH_SOURCE_CONFIG))) {
      return url.getUserInfo() == null ? "" : url.getUserInfo();
    }
    return getPassword(BASIC_AUTH_USER_INFO_CONFIG).value();
  }

  String bearerToken() {
    return getPassword(BEARER_TOKEN_CONFIG).value();
  }

  int timeoutMillis() {
    return getInt(TIMEOUT_MS_CONFIG);
  }

  String truststoreLocation() {
    return getString(TRUSTSTORE_LOCATION_CONFIG);
  }

  Password truststorePassword() {
    return getPassword(TRUSTSTORE_PASSWORD_CONFIG);
  }

  String keystoreLocation() {
    return getString(KEYSTORE_LOCATION_CONFIG);
  }

  Password keystorePassword() {
    return getPassword(KEYSTORE_PASSWORD_CONFIG);
  }
}
