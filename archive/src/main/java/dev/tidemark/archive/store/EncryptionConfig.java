package dev.tidemark.archive.store;

import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;

/** The key with which everything is encrypted before it leaves the process, if there is one. */
public final class EncryptionConfig {

  public static final String KEYSET_FILE_CONFIG = "archive.encryption.keyset.file";
  private static final String KEYSET_FILE_DOC =
      "Tink keyset (JSON, AEAD) with which everything is encrypted before it leaves the process, as"
          + " tinkey create-keyset --key-template AES256_GCM writes it. To rotate, add a key and make"
          + " it primary. Without the keyset nobody reads the archive again: keep copies elsewhere.";

  public static final String KMS_KEY_CONFIG = "archive.encryption.kms.key.id";
  private static final String KMS_KEY_DOC =
      "Key of AWS KMS (id, ARN or alias) with which everything is encrypted before it leaves the"
          + " process; instead of a keyset.";

  public static final String KMS_ENDPOINT_CONFIG = "archive.encryption.kms.endpoint";
  private static final String KMS_ENDPOINT_DOC =
      "URL of a service that speaks the protocol of KMS. Empty for AWS.";

  private static final String GROUP = "Client-side encryption";

  private final AbstractConfig settings;

  EncryptionConfig(AbstractConfig settings) {
    this.settings = settings;
    validate();
  }

  static ConfigDef define(ConfigDef def) {
    int order = 0;
    return def.define(
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
            KMS_KEY_CONFIG,
            Type.STRING,
            "",
            Importance.MEDIUM,
            KMS_KEY_DOC,
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

  private void validate() {
    if (!settings.getString(KEYSET_FILE_CONFIG).isEmpty()
        && !settings.getString(KMS_KEY_CONFIG).isEmpty()) {
      throw new ConfigException(
          KMS_KEY_CONFIG, settings.getString(KMS_KEY_CONFIG), "Either a keyset or a KMS key.");
    }
  }

  boolean isWanted() {
    return !keysetFile().isEmpty() || !kmsKey().isEmpty();
  }

  String keysetFile() {
    return settings.getString(KEYSET_FILE_CONFIG);
  }

  String kmsKey() {
    return settings.getString(KMS_KEY_CONFIG);
  }

  String kmsEndpoint() {
    return settings.getString(KMS_ENDPOINT_CONFIG);
  }
}
