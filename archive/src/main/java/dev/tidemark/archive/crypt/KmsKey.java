package dev.tidemark.archive.crypt;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.IncorrectKeyException;
import software.amazon.awssdk.services.kms.model.InvalidCiphertextException;
import software.amazon.awssdk.services.kms.model.KmsException;

/** A symmetric key of AWS KMS; KMS keeps its older versions when it rotates. */
public final class KmsKey implements KeyWrapper {

  private static final Map<String, String> CONTEXT = Map.of("purpose", "tidemark data key");

  private final KmsClient client;
  private final String keyId;

  /**
   * @param client closed with this object
   * @param keyId id, ARN or alias
   */
  public KmsKey(KmsClient client, String keyId) {
    this.client = client;
    this.keyId = keyId;
  }

  @Override
  public byte[] wrap(byte[] dataKey) {
    try {
      return client
          .encrypt(
              r ->
                  r.keyId(keyId)
                      .encryptionContext(CONTEXT)
                      .plaintext(SdkBytes.fromByteArray(dataKey)))
          .ciphertextBlob()
          .asByteArray();
    } catch (SdkException e) {
      throw coded(e);
    }
  }

  @Override
  public byte[] unwrap(byte[] wrapped) {
    try {
      return client
          .decrypt(
              r ->
                  r.keyId(keyId)
                      .encryptionContext(CONTEXT)
                      .ciphertextBlob(SdkBytes.fromByteArray(wrapped)))
          .plaintext()
          .asByteArray();
    } catch (SdkException e) {
      throw coded(e);
    }
  }

  private ArchiveException coded(SdkException e) {
    if (e instanceof IncorrectKeyException || e instanceof InvalidCiphertextException) {
      return new ArchiveException(
          ArchiveError.ARCHIVE_KEY_WRONG,
          "the key does not decrypt the archive",
          describe(),
          "Name the key with which the archive was written",
          e);
    }
    boolean refused = e instanceof KmsException service && service.statusCode() < 500;
    return new ArchiveException(
        refused ? ArchiveError.ARCHIVE_ACCESS_DENIED : ArchiveError.ARCHIVE_UNAVAILABLE,
        refused ? "KMS refuses the use of the key" : "KMS did not answer",
        describe(),
        "Check the key's policy, the region and the network",
        e);
  }

  @Override
  public String describe() {
    return "KMS key " + keyId;
  }

  @Override
  public void close() {
    client.close();
  }
}
