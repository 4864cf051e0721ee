package dev.tidemark.archive.store;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;

/**
 * How to reach an archive. Every service and command that reads or writes one has these settings;
 * {@link #define(ConfigDef)} adds them to its own.
 */
public final class ArchiveConfig extends AbstractConfig {

  public static final String URL_CONFIG = "archive.url";
  private static final String URL_DOC =
      "Where the archive lives: s3://bucket/prefix, or file:/path for a directory. A directory may"
          + " also be a bucket's content as plain files.";

  private static final String GROUP = "Archive";

  private static final ConfigDef DEFINITION = define(new ConfigDef());

  private final S3Config s3;
  private final EncryptionConfig encryption;

  /** Settings of an archive alone, for commands; names and values as in the services' files. */
  public ArchiveConfig(Map<String, ?> settings) {
    super(DEFINITION, settings, false);
    this.s3 = new S3Config(this);
    this.encryption = new EncryptionConfig(this);
  }

  /** No settings but the URL: everything else from the environment. */
  public static ArchiveConfig ofUrl(String url) {
    return new ArchiveConfig(Map.of(URL_CONFIG, url));
  }

  /** The archive's part of a service's settings. */
  public static ArchiveConfig of(AbstractConfig service) {
    return new ArchiveConfig(service.originals());
  }

  /** The same settings for an archive at another place. */
  public ArchiveConfig withUrl(String url) {
    Map<String, Object> settings = new HashMap<>(originals());
    settings.put(URL_CONFIG, url);
    return new ArchiveConfig(settings);
  }

  /** Adds the archive's settings to a service's definition and returns it. */
  public static ConfigDef define(ConfigDef def) {
    def.define(URL_CONFIG, Type.STRING, "", Importance.HIGH, URL_DOC, GROUP, 1, Width.LONG, "URL");
    return EncryptionConfig.define(S3Config.define(def));
  }

  /** The settings as a documentation generator wants them. */
  public static ConfigDef definition() {
    return define(new ConfigDef());
  }

  /**
   * Where the archive lives.
   *
   * @throws ArchiveException {@code ARCHIVE_CONFIG_INVALID} if it is not set
   */
  public String url() {
    String url = getString(URL_CONFIG);
    if (url.isEmpty()) {
      throw new ArchiveException(
          ArchiveError.ARCHIVE_CONFIG_INVALID,
          "no archive is named",
          "",
          "Set " + URL_CONFIG + " or give --archive with s3://bucket/prefix or file:/path");
    }
    return url;
  }

  /** Size of the parts in which large objects are uploaded. */
  public int partBytes() {
    return s3.partBytes();
  }

  S3Config s3() {
    return s3;
  }

  EncryptionConfig encryption() {
    return encryption;
  }
}
