package dev.tidemark.restorer.rollforward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.rollforward.RollCheckpoint.Pending;
import java.util.Optional;
import java.util.OptionalLong;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;

class RollCheckpointTest {

  private static final RollCheckpoint MIDWAY =
      new RollCheckpoint(
          Optime.of(1705654321, 7),
          "listing-3.bson",
          OptionalLong.of(0x0FFF_FFFF_FFFF_FFFFL),
          Optional.of(new Pending(0x1FFF_FFFF_FFFF_FFFFL, "window-1fff.bson")),
          2,
          12,
          Optional.empty());

  /** What an earlier release has stored is read by a later one. */
  @Test
  void shouldKeepItsFormWhenItIsStored() {
    BsonDocument stored =
        BsonDocument.parse(
            """
            {mode: "ROLL_FORWARD", base: {$timestamp: {t: 1705654321, i: 7}},
             listing: "listing-3.bson", unexplained: {$numberLong: "2"}, gone: {$numberLong: "12"},
             done: {$numberLong: "1152921504606846975"},
             window: {last: {$numberLong: "2305843009213693951"}, images: "window-1fff.bson"}}
            """);

    assertThat(MIDWAY.toBson()).isEqualTo(stored);
    assertThat(RollCheckpoint.of(stored)).contains(MIDWAY);
    RollCheckpoint undoing = MIDWAY.with(Optional.of("findings-3-1.bson"));
    assertThat(undoing.toBson())
        .isEqualTo(stored.append("findings", new BsonString("findings-3-1.bson")));
    assertThat(RollCheckpoint.of(stored)).contains(undoing);
  }

  @Test
  void shouldCountAWindowOnceItIsWritten() {
    RollCheckpoint written = MIDWAY.written(0x1FFF_FFFF_FFFF_FFFFL, 1, 3);

    assertThat(MIDWAY.folded()).hasValue(0x1FFF_FFFF_FFFF_FFFFL);
    assertThat(written.window()).isEmpty();
    assertThat(written.done()).hasValue(0x1FFF_FFFF_FFFF_FFFFL);
    assertThat(written.unexplained()).isEqualTo(3);
    assertThat(written.gone()).isEqualTo(15);
    assertThat(written.isAllWritten()).isFalse();
    assertThat(written.allWritten().isAllWritten()).isTrue();
  }

  @Test
  void shouldNotTakeTheCheckpointOfAnotherKindOfRestoreForItsOwn() {
    assertThat(RollCheckpoint.of(new BsonDocument("stage", new BsonString("LOADING")))).isEmpty();
  }
}
