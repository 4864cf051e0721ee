package dev.tidemark.archive.store;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/**
 * How to reach an archive. Every service and command that reads or writes one has these settings;
 * {@link #define(ConfigDef)} adds them to its own.
 */
public final class ArchiveConfig extends AbstractConfig {

  public static final String URL_CONFIG = "archive.url";
  private static final String URL_DOC =
      "Where the archive lives: s3://bucket/prefix, or file:/path for a directory. A directory may"
          + " also be a bucket's content as plain files.";

  public static final String S3_ENDPOINT_CONFIG = "archive.s3.endpoint";
  private static final String S3_ENDPOINT_DOC =
      "URL of an S3-compatible service. Empty for AWS, or to take it from AWS_ENDPOINT_URL_S3.";

  public static final String S3_REGION_CONFIG = "archive.s3.region";
  private static final String S3_REGION_DOC =
      "Region of the bucket. Empty to take it from the environment or the profile; with an endpoint"
          + " of one's own it is us-east-1 then.";

  public static final String S3_PATH_STYLE_CONFIG = "archive.s3.path.style";
  private static final String S3_PATH_STYLE_DOC =
      "Whether the bucket is named in the path rather than in the host: true, false, or auto, which"
          + " is true with an endpoint of one's own.";

  public static final String S3_PROFILE_CONFIG = "archive.s3.profile";
  private static final String S3_PROFILE_DOC =
      "Profile of the shared AWS files to take credentials and region from. Without a profile and"
          + " without an access key the default chain decides: environment, web identity, profile,"
          + " container or instance.";

  public static final String S3_ACCESS_KEY_ID_CONFIG = "archive.s3.access.key.id";
  private static final String S3_ACCESS_KEY_ID_DOC =
      "Access key id. Prefer the default chain, which knows keys that expire.";

  public static final String S3_SECRET_ACCESS_KEY_CONFIG = "archive.s3.secret.access.key";
  private static final String S3_SECRET_ACCESS_KEY_DOC =
      "Secret that belongs to the access key id.";

  public static final String S3_ENCRYPTION_CONFIG = "archive.s3.server.side.encryption";
  private static final String S3_ENCRYPTION_DOC =
      "Encryption that the store is asked for: AES256, aws:kms, none, or auto, which is AES256 on"
          + " AWS and none at an endpoint of one's own, because many of those refuse the header.";

  public static final String S3_KMS_KEY_ID_CONFIG = "archive.s3.kms.key.id";
  private static final String S3_KMS_KEY_ID_DOC =
      "Id or ARN of the KMS key for aws:kms; empty for the account's default key.";

  public static final String S3_STORAGE_CLASS_CONFIG = "archive.s3.storage.class";
  private static final String S3_STORAGE_CLASS_DOC =
      "Storage class of new objects, for example STANDARD_IA; empty for the bucket's default. A"
          + " class that has to be thawed first makes a restore wait for hours.";

  public static final String S3_LOCK_MODE_CONFIG = "archive.s3.object.lock.mode";
  private static final String S3_LOCK_MODE_DOC =
      "Protects each new object from being deleted or replaced: none, GOVERNANCE or COMPLIANCE. The"
          + " bucket must have object lock. Roll-ups and pins are replaced by new versions.";

  public static final String S3_LOCK_DAYS_CONFIG = "archive.s3.object.lock.days";
  private static final String S3_LOCK_DAYS_DOC =
      "Days for which the lock holds. Longer than the retention means that the retention cannot"
          + " delete in time.";

  public static final String S3_PART_BYTES_CONFIG = "archive.s3.part.bytes";
  private static final String S3_PART_BYTES_DOC =
      "Size of the parts of large objects. A part is the unit of a retry and of memory; 10,000 parts"
          + " is the most that an object can have.";

  public static final String S3_ATTEMPT_TIMEOUT_CONFIG = "archive.s3.attempt.timeout.ms";
  private static final String S3_ATTEMPT_TIMEOUT_DOC =
      "Longest time for one attempt of a request, its body included.";

  public static final String S3_SOCKET_TIMEOUT_CONFIG = "archive.s3.socket.timeout.ms";
  private static final String S3_SOCKET_TIMEOUT_DOC =
      "Longest silence on a connection before the attempt counts as failed.";

  public static final String S3_MAX_ATTEMPTS_CONFIG = "archive.s3.max.attempts";
  private static final String S3_MAX_ATTEMPTS_DOC =
      "Attempts per request before it fails. Services repeat failed work on their own as well.";

  public static final String S3_MAX_CONNECTIONS_CONFIG = "archive.s3.max.connections";
  private static final String S3_MAX_CONNECTIONS_DOC =
      "Connections to the store that may be open at a time.";

  public static final String KEYSET_FILE_CONFIG = "archive.encryption.keyset.file";
  private static final String KEYSET_FILE_DOC =
      "Tink keyset (JSON, AEAD) with which everything is encrypted before it leaves the process, as"
          + " tinkey create-keyset --key-template AES256_GCM writes it. To rotate, add a key and make"
          + " it primary. Without the keyset nobody reads the archive again: keep copies elsewhere.";

  public static final String KMS_ENCRYPTION_KEY_CONFIG = "archive.encryption.kms.key.id";
  private static final String KMS_ENCRYPTION_KEY_DOC =
      "Key of AWS KMS (id, ARN or alias) with which everything is encrypted before it leaves the"
          + " process; instead of a keyset.";

  public static final String KMS_ENDPOINT_CONFIG = "archive.encryption.kms.endpoint";
  private static final String KMS_ENDPOINT_DOC =
      "URL of a service that speaks the protocol of KMS. Empty for AWS.";

  private static final String GROUP = "Archive";

  private static final ConfigDef DEFINITION = define(new ConfigDef());

  /** Settings of an archive alone, for commands; names and values as in the services' files. */
  public ArchiveConfig(Map<String, ?> settings) {
    super(DEFINITION, settings, false);
    validate();
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
    int order = 0;
    return def.define(
            URL_CONFIG,
            Type.STRING,
            "",
            Importance.HIGH,
            URL_DOC,
            GROUP,
            ++order,
            Width.LONG,
            "URL")
        .define(
            S3_ENDPOINT_CONFIG,
            Type.STRING,
            "",
            Importance.MEDIUM,
            S3_ENDPOINT_DOC,
            GROUP,
            ++order,
            Width.LONG,
            "S3 endpoint")
        .define(
            S3_REGION_CONFIG,
            Type.STRING,
            "",
            Importance.MEDIUM,
            S3_REGION_DOC,
            GROUP,
            ++order,
            Width.SHORT,
            "S3 region")
        .define(
            S3_PATH_STYLE_CONFIG,
            Type.STRING,
            "auto",
            ConfigDef.CaseInsensitiveValidString.in("auto", "true", "false"),
            Importance.LOW,
            S3_PATH_STYLE_DOC,
            GROUP,
            ++order,
            Width.SHORT,
            "S3 path style")
        .define(
            S3_PROFILE_CONFIG,
            Type.STRING,
            "",
            Importance.LOW,
            S3_PROFILE_DOC,
            GROUP,
            ++order,
            Width.SHORT,
            "AWS profile")
        .define(
            S3_ACCESS_KEY_ID_CONFIG,
            Type.STRING,
            "",
            Importance.MEDIUM,
            S3_ACCESS_KEY_ID_DOC,
            GROUP,
            ++order,
            Width.MEDIUM,
            "S3 access key id")
        .define(
            S3_SECRET_ACCESS_KEY_CONFIG,
            Type.PASSWORD,
            new Password(""),
            Importance.MEDIUM,
            S3_SECRET_ACCESS_KEY_DOC,
            GROUP,
            ++order,
            Width.MEDIUM,
            "S3 secret access key")
        .define(
            S3_ENCRYPTION_CONFIG,
            Type.STRING,
            "auto",
            ConfigDef.ValidString.in("auto", "none", "AES256", "aws:kms"),
            Importance.MEDIUM,
            S3_ENCRYPTION_DOC,
            GROUP,
            ++order,
            Width.SHORT,
            "S3 encryption")
        .define(
            S3_KMS_KEY_ID_CONFIG,
            Type.STRING,
            "",
            Importance.LOW,
            S3_KMS_KEY_ID_DOC,
            GROUP,
            ++order,
            Width.LONG,
            "KMS key id")
        .define(
            S3_STORAGE_CLASS_CONFIG,
            Type.STRING,
            "",
            Importance.LOW,
            S3_STORAGE_CLASS_DOC,
            GROUP,
            ++order,
            Width.SHORT,
            "S3 storage class")
        .define(
            S3_LOCK_MODE_CONFIG,
            Type.STRING,
            "none",
            ConfigDef.ValidString.in("none", "GOVERNANCE", "COMPLIANCE"),
            Importance.LOW,
            S3_LOCK_MODE_DOC,
            GROUP,
            ++order,
            Width.SHORT,
            "S3 object lock")
        .define(
            S3_LOCK_DAYS_CONFIG,
            Type.INT,
            30,
            ConfigDef.Range.atLeast(1),
            Importance.LOW,
            S3_LOCK_DAYS_DOC,
            GROUP,
            ++order,
            Width.SHORT,
            "S3 object lock days")
        .define(
            S3_PART_BYTES_CONFIG,
            Type.INT,
            16 * 1024 * 1024,
            ConfigDef.Range.between(MultipartUpload.MIN_PART_BYTES, 1 << 30),
            Importance.LOW,
            S3_PART_BYTES_DOC,
            GROUP,
            ++order,
            Width.SHORT,
            "Part size")
        .define(
            S3_ATTEMPT_TIMEOUT_CONFIG,
            Type.INT,
            60_000,
            ConfigDef.Range.atLeast(100),
            Importance.LOW,
            S3_ATTEMPT_TIMEOUT_DOC,
            GROUP,
            ++order,
            Width.SHORT,
            "Attempt timeout")
        .define(
            S3_SOCKET_TIMEOUT_CONFIG,
            Type.INT,
            20_000,
            ConfigDef.Range.atLeast(100),
            Importance.LOW,
            S3_SOCKET_TIMEOUT_DOC,
            GROUP,
            ++order,
            Width.SHORT,
            "Socket timeout")
        .define(
            S3_MAX_ATTEMPTS_CONFIG,
            Type.INT,
            5,
            ConfigDef.Range.between(1, 100),
            Importance.LOW,
            S3_MAX_ATTEMPTS_DOC,
            GROUP,
            ++order,
            Width.SHORT,
            "Attempts")
        .define(
            S3_MAX_CONNECTIONS_CONFIG,
            Type.INT,
            50,
            ConfigDef.Range.atLeast(1),
            Importance.LOW,
            S3_MAX_CONNECTIONS_DOC,
            GROUP,
            ++order,
            Width.SHORT,
            "Connections")
        .define(
            KEYSET_FILE_CONFIG,
            Type.STRING,
            "",
            Importance.MEDIUM,
            KEYSET_FILE_DOC,
            GROUP,
            ++order,
            Width.LONG,
            "Encryption keyset")
        .define(
            KMS_ENCRYPTION_KEY_CONFIG,
            Type.STRING,
            "",
            Importance.MEDIUM,
            KMS_ENCRYPTION_KEY_DOC,
            GROUP,
            ++order,
            Width.LONG,
            "Encryption KMS key")
        .define(
            KMS_ENDPOINT_CONFIG,
            Type.STRING,
            "",
            Importance.LOW,
            KMS_ENDPOINT_DOC,
            GROUP,
            ++order,
            Width.LONG,
            "KMS endpoint");
  }

  /** The settings as a documentation generator wants them. */
  public static ConfigDef definition() {
    return define(new ConfigDef());
  }

  private void validate() {
    boolean keyId = !getString(S3_ACCESS_KEY_ID_CONFIG).isEmpty();
    boolean secret = !getPassword(S3_SECRET_ACCESS_KEY_CONFIG).value().isEmpty();
    if (keyId != secret) {
      throw new ConfigException(
          keyId ? S3_SECRET_ACCESS_KEY_CONFIG : S3_ACCESS_KEY_ID_CONFIG,
          null,
          "The access key id and its secret go together.");
    }
    if (keyId && !getString(S3_PROFILE_CONFIG).isEmpty()) {
      throw new ConfigException(
          S3_PROFILE_CONFIG, getString(S3_PROFILE_CONFIG), "Either a profile or an access key.");
    }
    if (!getString(KEYSET_FILE_CONFIG).isEmpty()
        && !getString(KMS_ENCRYPTION_KEY_CONFIG).isEmpty()) {
      throw new ConfigException(
          KMS_ENCRYPTION_KEY_CONFIG,
          getString(KMS_ENCRYPTION_KEY_CONFIG),
          "Either a keyset or a KMS key.");
    }
    if (!getString(S3_KMS_KEY_ID_CONFIG).isEmpty()
        && !getString(S3_ENCRYPTION_CONFIG).equals("aws:kms")) {
      throw new ConfigException(
          S3_KMS_KEY_ID_CONFIG,
          getString(S3_KMS_KEY_ID_CONFIG),
          "A KMS key needs " + S3_ENCRYPTION_CONFIG + "=aws:kms.");
    }
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

  String endpoint() {
    return getString(S3_ENDPOINT_CONFIG);
  }

  String region() {
    return getString(S3_REGION_CONFIG);
  }

  String pathStyle() {
    return getString(S3_PATH_STYLE_CONFIG).toLowerCase(Locale.ROOT);
  }

  String profile() {
    return getString(S3_PROFILE_CONFIG);
  }

  String accessKeyId() {
    return getString(S3_ACCESS_KEY_ID_CONFIG);
  }

  Password secretAccessKey() {
    return getPassword(S3_SECRET_ACCESS_KEY_CONFIG);
  }

  String serverSideEncryption() {
    return getString(S3_ENCRYPTION_CONFIG);
  }

  String kmsKeyId() {
    return getString(S3_KMS_KEY_ID_CONFIG);
  }

  String storageClass() {
    return getString(S3_STORAGE_CLASS_CONFIG);
  }

  String lockMode() {
    return getString(S3_LOCK_MODE_CONFIG);
  }

  Duration lockFor() {
    return Duration.ofDays(getInt(S3_LOCK_DAYS_CONFIG));
  }

  /** Size of the parts in which large objects are uploaded. */
  public int partBytes() {
    return getInt(S3_PART_BYTES_CONFIG);
  }

  Duration attemptTimeout() {
    return Duration.ofMillis(getInt(S3_ATTEMPT_TIMEOUT_CONFIG));
  }

  Duration socketTimeout() {
    return Duration.ofMillis(getInt(S3_SOCKET_TIMEOUT_CONFIG));
  }

  int maxAttempts() {
    return getInt(S3_MAX_ATTEMPTS_CONFIG);
  }

  int maxConnections() {
    return getInt(S3_MAX_CONNECTIONS_CONFIG);
  }

  String keysetFile() {
    return getString(KEYSET_FILE_CONFIG);
  }

  String kmsEncryptionKey() {
    return getString(KMS_ENCRYPTION_KEY_CONFIG);
  }

  String kmsEndpoint() {
    return getString(KMS_ENDPOINT_CONFIG);
  }
}
