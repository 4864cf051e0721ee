package dev.tidemark.archive.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UploadStreamTest {

  private final RecordingUpload upload = new RecordingUpload();

  /** Parts of 10, 20, 30… bytes. */
  private UploadStream growing() {
    return new UploadStream(upload, number -> 10 * number, 1, Runnable::run);
  }

  @Test
  void shouldCutPartsThatGrow() throws IOException {
    byte[] content = new byte[65];
    new Random(1).nextBytes(content);
    try (UploadStream out = growing()) {
      out.write(content, 0, 3);
      out.write(content, 3, 62);
      out.complete();
    }

    assertThat(upload.parts().values())
        .extracting(part -> part.length)
        .containsExactly(10, 20, 30, 5);
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    upload.parts().values().forEach(joined::writeBytes);
    assertThat(joined.toByteArray()).isEqualTo(content);
  }

  @Test
  void shouldTellHowMuchOfWhatWaitsFillsWholeParts() throws IOException {
    try (UploadStream out = growing()) {
      assertThat(out.wholeParts(9)).isZero();
      assertThat(out.wholeParts(29)).isEqualTo(10);
      assertThat(out.wholeParts(60)).isEqualTo(60);
      out.write(new byte[14]);
      assertThat(out.wholeParts(15)).isZero();
      assertThat(out.wholeParts(16)).isEqualTo(16);
      assertThat(out.wholeParts(1_000_000 - 14)).isEqualTo(996_810 - 14);
    }
  }
}
