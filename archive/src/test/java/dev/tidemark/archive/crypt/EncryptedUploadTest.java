package dev.tidemark.archive.crypt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.archive.store.ObjectContent;
import dev.tidemark.archive.store.RecordingUpload;
import org.junit.jupiter.api.Test;

class EncryptedUploadTest {

  private static final int MIB = 1 << 20;

  @Test
  void shouldUploadPartsOfTheSizeThatIsSet() {
    RecordingUpload upload = new RecordingUpload();
    try (EncryptedUpload encrypted = new EncryptedUpload(upload, 6 * MIB, "k", out -> out, "k")) {
      encrypted.part(2, ObjectContent.of(new byte[5 * MIB]));
      encrypted.part(1, ObjectContent.of(new byte[9 * MIB]));
      encrypted.complete();
    }

    assertThat(upload.parts().values())
        .extracting(part -> part.length)
        .containsExactly(6 * MIB, 6 * MIB, 2 * MIB);
  }
}
