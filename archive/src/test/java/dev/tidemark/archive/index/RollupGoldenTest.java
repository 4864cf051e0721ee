package dev.tidemark.archive.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.archive.segment.FinishedSegment;
import dev.tidemark.archive.segment.OplogScript;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.SeekableByteArrayInput;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The format of roll-ups as the first release wrote it. */
class RollupGoldenTest {

  private static final String KEY = "shop/index/rs0-65a9f2b1c0ffee0000000001/2026-11-22T13.avro";

  @TempDir private Path directory;

  private Rollup rollup() {
    OplogScript script = new OplogScript(OplogScript.RS0, directory);
    script.start(Optime.of(1_795_361_310L, 1));
    List<SegmentIndexEntry> entries = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      script.insert(Optime.of(1_795_361_310L + i, 1), "shop.orders", i);
      try (FinishedSegment segment = script.cut()) {
        // The compressor decides about this one, not the format.
        entries.add(
            SegmentIndexEntry.newBuilder(segment.entry())
                .setObjectBytes(1000 + i)
                .setContentSha256(ByteBuffer.allocate(32).putInt(0, i))
                .build());
      }
    }
    return new Rollup(KEY, entries);
  }

  private byte[] golden() throws IOException {
    try (InputStream in = getClass().getResourceAsStream("/golden/rollup-v1.avro")) {
      return in.readAllBytes();
    }
  }

  @Test
  void shouldReadTheFirstFormat() throws IOException {
    assertThat(Rollup.decode(KEY, golden(), "golden")).isEqualTo(rollup());
  }

  @Test
  void shouldWriteTheFirstFormat() throws IOException {
    byte[] written = rollup().encode();
    assertThat(written).isEqualTo(golden());
  }

  @Test
  void shouldBeReadByPlainAvro() throws IOException {
    try (DataFileReader<GenericRecord> avro =
        new DataFileReader<>(new SeekableByteArrayInput(golden()), new GenericDatumReader<>())) {
      assertThat((Iterable<GenericRecord>) avro).hasSize(3);
    }
  }
}
