package dev.tidemark.archive.store;

import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/** How a bucket is reached, and how objects are stored in it. */
public final class S3Config {

  public static final String ENDPOINT_CONFIG = "archive.s3.endpoint";
  private static final String ENDPOINT_DOC =
      "URL of an S3-compatible service. Empty for AWS, or to take it from AWS_ENDPOINT_URL_S3.";

  public static final String REGION_CONFIG = "archive.s3.region";
  private static final String REGION_DOC =
      "Region of the bucket. Empty to take it from the environment or the profile; if they name none,"
          + " it is us-east-1 with an endpoint of one's own.";

  public static final String PATH_STYLE_CONFIG = "archive.s3.path.style";
  private static final String PATH_STYLE_DOC =
      "Whether the bucket is named in the path rather than in the host: true, false, or auto, which"
          + " is true with an endpoint of one's own.";

  public static final String PROFILE_CONFIG = "archive.s3.profile";
  private static final String PROFILE_DOC =
      "Profile of the shared AWS files to take credentials and region from. Without a profile and"
          + " without an access key the default chain decides: environment, web identity, profile,"
          + " container or instance.";

  public static final String ACCESS_KEY_ID_CONFIG = "archive.s3.access.key.id";
  private static final String ACCESS_KEY_ID_DOC =
      "Access key id. Prefer the default chain, which knows keys that expire.";

  public static final String SECRET_ACCESS_KEY_CONFIG = "archive.s3.secret.access.key";
  private static final String SECRET_ACCESS_KEY_DOC = "Secret that belongs to the access key id.";

  public static final String ENCRYPTION_CONFIG = "archive.s3.server.side.encryption";
  private static final String ENCRYPTION_DOC =
      "Encryption that the store is asked for: AES256, aws:kms, none, or auto, which is AES256 on"
          + " AWS and none at an endpoint of one's own, because many of those refuse the request, as"
          + " MinIO does without a key of its own.";

  public static final String KMS_KEY_ID_CONFIG = "archive.s3.kms.key.id";
  private static final String KMS_KEY_ID_DOC =
      "Id or ARN of the KMS key for aws:kms; empty for the account's default key.";

  public static final String STORAGE_CLASS_CONFIG = "archive.s3.storage.class";
  private static final String STORAGE_CLASS_DOC =
      "Storage class of segments and of the files of snapshots, for example STANDARD_IA or"
          + " GLACIER_IR; empty for the bucket's default, which all other objects have. GLACIER and"
          + " DEEP_ARCHIVE are refused, because they cannot be read at once: let a lifecycle rule of"
          + " the bucket move old snapshots there.";

  /** Have to be thawed, for hours, before they can be read. */
  private static final Set<String> FROZEN_CLASSES = Set.of("GLACIER", "DEEP_ARCHIVE");

  public static final String LOCK_MODE_CONFIG = "archive.s3.object.lock.mode";
  private static final String LOCK_MODE_DOC =
      "Protects each new object from being deleted or replaced: none, GOVERNANCE or COMPLIANCE. The"
          + " bucket must have object lock. Roll-ups and pins are replaced by new versions.";

  public static final String LOCK_DAYS_CONFIG = "archive.s3.object.lock.days";
  private static final String LOCK_DAYS_DOC =
      "Days for which the lock holds. Longer than the retention means that the retention cannot"
          + " delete in time.";

  public static final String PART_BYTES_CONFIG = "archive.s3.part.bytes";
  private static final String PART_BYTES_DOC =
      "Size of the parts of large objects. A part is the unit of a retry and of memory. An object can"
          + " have 10,000 of them, so from the 2,001st on they grow, twofold every 800 parts; where a"
          + " service wants them all equal, set a 2,000th of the largest collection, compressed.";

  public static final String ATTEMPT_TIMEOUT_CONFIG = "archive.s3.attempt.timeout.ms";
  private static final String ATTEMPT_TIMEOUT_DOC =
      "Longest time for one attempt of a request, its body included.";

  public static final String SOCKET_TIMEOUT_CONFIG = "archive.s3.socket.timeout.ms";
  private static final String SOCKET_TIMEOUT_DOC =
      "Longest silence on a connection before the attempt counts as failed.";

  public static final String MAX_ATTEMPTS_CONFIG = "archive.s3.max.attempts";
  private static final String MAX_ATTEMPTS_DOC =
      "Attempts per request before it fails. Services repeat failed work on their own as well.";

  public static final String MAX_CONNECTIONS_CONFIG = "archive.s3.max.connections";
  private static final String MAX_CONNECTIONS_DOC =
      "Connections to the store that may be open at a time.";

  static final String NONE = "none";
  static final String AUTO = "auto";
  private static final String AES256 = "AES256";
  private static final String GROUP = "S3";

  private final AbstractConfig settings;

  S3Config(AbstractConfig settings) {
    this.settings = settings;
    validate();
  }

  static ConfigDef define(ConfigDef def) {
    int order = 0;
    return def.define(
            ENDPOINT_CONFIG,
            Type.STRING,
            "",
            Importance.MEDIUM,
            ENDPOINT_DOC,
            GROUP,
            ++order,
            Width.LONG,
            "S3 endpoint")
        .define(
            REGION_CONFIG,
            Type.STRING,
            "",
            Importance.MEDIUM,
            REGION_DOC,
            GROUP,
            ++order,
            Width.SHORT,
            "S3 region")
        .define(
            PATH_STYLE_CONFIG,
            Type.STRING,
            AUTO,
            ConfigDef.CaseInsensitiveValidString.in(AUTO, "true", "false"),
            Importance.LOW,
            PATH_STYLE_DOC,
            GROUP,
            ++order,
            Width.SHORT,
            "S3 path style")
        .define(
            PROFILE_CONFIG,
            Type.STRING,
            "",
            Importance.LOW,
            PROFILE_DOC,
            GROUP,
            ++order,
            Width.SHORT,
            "AWS profile")
        .define(
            ACCESS_KEY_ID_CONFIG,
            Type.STRING,
            "",
            Importance.MEDIUM,
            ACCESS_KEY_ID_DOC,
            GROUP,
            ++order,
            Width.MEDIUM,
            "S3 access key id")
        .define(
            SECRET_ACCESS_KEY_CONFIG,
            Type.PASSWORD,
            new Password(""),
            Importance.MEDIUM,
            SECRET_ACCESS_KEY_DOC,
            GROUP,
            ++order,
            Width.MEDIUM,
            "S3 secret access key")
        .define(
            ENCRYPTION_CONFIG,
            Type.STRING,
            AUTO,
            ConfigDef.ValidString.in(AUTO, NONE, AES256, "aws:kms"),
            Importance.MEDIUM,
            ENCRYPTION_DOC,
            GROUP,
            ++order,
            Width.SHORT,
            "S3 encryption")
        .define(
            KMS_KEY_ID_CONFIG,
            Type.STRING,
            "",
            Importance.LOW,
            KMS_KEY_ID_DOC,
            GROUP,
            ++order,
            Width.LONG,
            "KMS key id")
        .define(
            STORAGE_CLASS_CONFIG,
            Type.STRING,
            "",
            Importance.LOW,
            STORAGE_CLASS_DOC,
            GROUP,
            ++order,
            Width.SHORT,
            "S3 storage class")
        .define(
            LOCK_MODE_CONFIG,
            Type.STRING,
            NONE,
            ConfigDef.ValidString.in(NONE, "GOVERNANCE", "COMPLIANCE"),
            Importance.LOW,
            LOCK_MODE_DOC,
            GROUP,
            ++order,
            Width.SHORT,
            "S3 object lock")
        .define(
            LOCK_DAYS_CONFIG,
            Type.INT,
            30,
            ConfigDef.Range.atLeast(1),
            Importance.LOW,
            LOCK_DAYS_DOC,
            GROUP,
            ++order,
            Width.SHORT,
            "S3 object lock days")
        .define(
            PART_BYTES_CONFIG,
            Type.INT,
            16 * 1024 * 1024,
            ConfigDef.Range.between(MultipartUpload.MIN_PART_BYTES, 1 << 30),
            Importance.LOW,
            PART_BYTES_DOC,
            GROUP,
            ++order,
            Width.SHORT,
            "Part size")
        .define(
            ATTEMPT_TIMEOUT_CONFIG,
            Type.INT,
            60_000,
            ConfigDef.Range.atLeast(100),
            Importance.LOW,
            ATTEMPT_TIMEOUT_DOC,
            GROUP,
            ++order,
            Width.SHORT,
            "Attempt timeout")
        .define(
            SOCKET_TIMEOUT_CONFIG,
            Type.INT,
            20_000,
            ConfigDef.Range.atLeast(100),
            Importance.LOW,
            SOCKET_TIMEOUT_DOC,
            GROUP,
            ++order,
            Width.SHORT,
            "Socket timeout")
        .define(
            MAX_ATTEMPTS_CONFIG,
            Type.INT,
            5,
            ConfigDef.Range.between(1, 100),
            Importance.LOW,
            MAX_ATTEMPTS_DOC,
            GROUP,
            ++order,
            Width.SHORT,
            "Attempts")
        .define(
            MAX_CONNECTIONS_CONFIG,
            Type.INT,
            50,
            ConfigDef.Range.atLeast(1),
            Importance.LOW,
            MAX_CONNECTIONS_DOC,
            GROUP,
            ++order,
            Width.SHORT,
            "Connections");
  }

  private void validate() {
    boolean keyId = !settings.getString(ACCESS_KEY_ID_CONFIG).isEmpty();
    boolean secret = !settings.getPassword(SECRET_ACCESS_KEY_CONFIG).value().isEmpty();
    if (keyId != secret) {
      throw new ConfigException(
          keyId ? SECRET_ACCESS_KEY_CONFIG : ACCESS_KEY_ID_CONFIG,
          null,
          "The access key id and its secret go together.");
    }
    if (keyId && !settings.getString(PROFILE_CONFIG).isEmpty()) {
      throw new ConfigException(
          PROFILE_CONFIG, settings.getString(PROFILE_CONFIG), "Either a profile or an access key.");
    }
    String storageClass = settings.getString(STORAGE_CLASS_CONFIG);
    if (FROZEN_CLASSES.contains(storageClass.toUpperCase(Locale.ROOT))) {
      throw new ConfigException(
          STORAGE_CLASS_CONFIG,
          storageClass,
          "Objects of this class have to be thawed before they can be read, and the newest segments"
              + " are read all the time. Leave it empty, or choose GLACIER_IR, and let a lifecycle"
              + " rule of the bucket move old snapshots.");
    }
    if (!settings.getString(KMS_KEY_ID_CONFIG).isEmpty()
        && !settings.getString(ENCRYPTION_CONFIG).equals("aws:kms")) {
      throw new ConfigException(
          KMS_KEY_ID_CONFIG,
          settings.getString(KMS_KEY_ID_CONFIG),
          "A KMS key needs " + ENCRYPTION_CONFIG + "=aws:kms.");
    }
  }

  String endpoint() {
    return settings.getString(ENDPOINT_CONFIG);
  }

  String region() {
    return settings.getString(REGION_CONFIG);
  }

  String pathStyle() {
    return settings.getString(PATH_STYLE_CONFIG).toLowerCase(Locale.ROOT);
  }

  String profile() {
    return settings.getString(PROFILE_CONFIG);
  }

  String accessKeyId() {
    return settings.getString(ACCESS_KEY_ID_CONFIG);
  }

  Password secretAccessKey() {
    return settings.getPassword(SECRET_ACCESS_KEY_CONFIG);
  }

  /** What the store is asked for, or {@link #NONE}. */
  String serverSideEncryption(boolean ownEndpoint) {
    String wanted = settings.getString(ENCRYPTION_CONFIG);
    if (!wanted.equals(AUTO)) {
      return wanted;
    }
    return ownEndpoint ? NONE : AES256;
  }

  String kmsKeyId() {
    return settings.getString(KMS_KEY_ID_CONFIG);
  }

  String storageClass() {
    return settings.getString(STORAGE_CLASS_CONFIG);
  }

  String lockMode() {
    return settings.getString(LOCK_MODE_CONFIG);
  }

  Duration lockFor() {
    return Duration.ofDays(settings.getInt(LOCK_DAYS_CONFIG));
  }

  /** Size of the parts in which large objects are uploaded. */
  public int partBytes() {
    return settings.getInt(PART_BYTES_CONFIG);
  }

  Duration attemptTimeout() {
    return Duration.ofMillis(settings.getInt(ATTEMPT_TIMEOUT_CONFIG));
  }

  Duration socketTimeout() {
    return Duration.ofMillis(settings.getInt(SOCKET_TIMEOUT_CONFIG));
  }

  int maxAttempts() {
    return settings.getInt(MAX_ATTEMPTS_CONFIG);
  }

  int maxConnections() {
    return settings.getInt(MAX_CONNECTIONS_CONFIG);
  }
}
