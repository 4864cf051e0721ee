package dev.tidemark.archive.segment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.ObjectContent;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.archive.store.PutCondition;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.event.OplogEventView;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The format of segments as the first release wrote it. A change of these bytes is a change of the
 * format, or of the compressor: readers of old archives must still manage.
 */
class SegmentGoldenTest {

  private static final String KEY =
      "shop/oplog/rs0-65a9f2b1c0ffee0000000001/2026/11/22/13/6b02f15e00000001.avro";

  @TempDir private Path directory;

  private OplogScript script() {
    OplogScript script = new OplogScript(OplogScript.RS0, directory);
    Optime first = Optime.of(0x6b02f15eL, 1);
    script.start(first);
    for (int i = 0; i < 40; i++) {
      script.insert(Optime.of(first.seconds() + i / 10, 1 + i % 10), "shop.orders", i);
    }
    return script.noop(Optime.of(first.seconds() + 20, 1));
  }

  private static byte[] golden() throws IOException {
    try (InputStream in = SegmentGoldenTest.class.getResourceAsStream("/golden/segment-v1.avro")) {
      return in.readAllBytes();
    }
  }

  @Test
  void shouldReadTheFirstFormat() throws IOException {
    List<OplogScript.Entry> expected = script().pending();
    List<byte[]> found = new ArrayList<>();
    try (ObjectStore store = ObjectStores.open("file:" + directory, ArchiveConfig.ofUrl(""))) {
      store.put(KEY, ObjectContent.of(golden()), PutCondition.always());
      SegmentReader reader = SegmentReader.open(store, KEY);
      assertThat(reader.check()).isEmpty();
      try (SegmentCursor cursor = reader.entries()) {
        for (OplogEventView event = cursor.next(); event != null; event = cursor.next()) {
          byte[] bytes = new byte[event.entry().remaining()];
          event.entry().duplicate().get(bytes);
          found.add(bytes);
        }
      }
    }
    assertThat(found)
        .containsExactlyElementsOf(expected.stream().map(OplogScript.Entry::bson).toList());
  }

  @Test
  void shouldWriteTheFirstFormat() throws IOException {
    try (FinishedSegment segment = script().cut(new SegmentFormat(3, 2048));
        InputStream content = segment.content().open()) {
      assertThat(segment.key()).isEqualTo(KEY);
      byte[] written = content.readAllBytes();
      assertThat(written).isEqualTo(golden());
    }
  }
}
