package dev.tidemark.archive.crypt;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.store.PassingFailures;
import java.util.Map;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.IncorrectKeyException;
import software.amazon.awssdk.services.kms.model.InvalidCiphertextException;

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
    if (e instanceof AwsServiceException service && !PassingFailures.isOne(service)) {
      return new ArchiveException(
          ArchiveError.ARCHIVE_ACCESS_DENIED,
          "KMS refuses the use of the key: " + answer(service),
          describe(),
          "Check the key's policy and state, the credentials and the region",
          e);
    }
    return new ArchiveException(
        ArchiveError.ARCHIVE_UNAVAILABLE,
        e instanceof AwsServiceException service
            ? "KMS is not able to answer: " + answer(service)
            : "KMS did not answer",
        describe(),
        "Wait for KMS, or check the network and the limits of the account",
        e);
  }

  private static String answer(AwsServiceException e) {
    return e.awsErrorDetails() == null
        ? String.valueOf(e.statusCode())
        : e.statusCode() + " " + e.awsErrorDetails().errorCode();
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
