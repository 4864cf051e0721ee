package dev.tidemark.oplog.update;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.entry.OpKind;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.fixture.Fixtures;
import dev.tidemark.oplog.key.DocumentKey;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Deltas that a server of version 5.0 wrote for the buckets of a time-series collection. */
class TimeseriesReplayTest {

  @Test
  void shouldHoldEveryMeasurementOnceWhenBucketDeltasAreReplayedOnceOrTwice() {
    Path folder = Fixtures.root().resolve("mongo-tools/timeseries_tests/ts_dump_with_oplog");
    Map<DocumentKey, BsonSlice> buckets = new HashMap<>();
    for (BsonSlice bucket :
        Fixtures.documents(folder.resolve("timeseries_test/system.buckets.foo_ts.bson"))) {
      buckets.put(DocumentKey.ofDocument(bucket), bucket);
    }
    List<OplogEntry> entries =
        Fixtures.documents(folder.resolve("oplog.bson")).stream().map(OplogEntry::read).toList();

    replay(entries, buckets);
    Map<DocumentKey, BsonSlice> once = Map.copyOf(buckets);
    replay(entries, buckets);

    assertThat(once).hasSize(10).isEqualTo(buckets);
    assertThat(once.values().stream().mapToInt(TimeseriesReplayTest::measurements).sum())
        .isEqualTo(2164);
  }

  private static void replay(List<OplogEntry> entries, Map<DocumentKey, BsonSlice> buckets) {
    UpdateApplier applier = new UpdateApplier(ModifierOrder.NUMERIC);
    for (OplogEntry entry : entries) {
      if (!entry.namespace().endsWith("system.buckets.foo_ts")) {
        continue;
      }
      if (entry.kind() == OpKind.UPDATE) {
        buckets.computeIfPresent(
            DocumentKey.ofDocument(entry.o2()), (key, before) -> applier.apply(before, entry));
      } else if (entry.kind() == OpKind.INSERT) {
        buckets.put(DocumentKey.ofDocument(entry.o()), entry.o());
      }
    }
  }

  private static int measurements(BsonSlice bucket) {
    return bucket.toRawBsonDocument().getDocument("data").getDocument("_id").size();
  }
}
