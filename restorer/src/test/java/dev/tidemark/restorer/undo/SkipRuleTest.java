package dev.tidemark.restorer.undo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.RestorerError;
import java.nio.ByteBuffer;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SkipRuleTest {

  private static final Optime AT = Optime.of(5, 1);

  @Test
  void shouldReadAnOptime() {
    SkipRule rule = SkipRule.parse(" 5:1 ");

    assertThat(rule.from()).isEqualTo(AT).isEqualTo(rule.to());
    assertThat(rule.text()).isEqualTo("5:1");
  }

  @Test
  void shouldReadTheNameOfAReplicaSetBeforeAnOptime() {
    SkipRule at = SkipRule.parse("rs-a:5:1");
    SkipRule range = SkipRule.parse("eu:rs_1:5:1..6:1 shop d");

    assertThat(at.set()).contains("rs-a");
    assertThat(at.from()).isEqualTo(AT);
    assertThat(range.set()).contains("eu:rs_1");
    assertThat(range.from()).isEqualTo(AT);
    assertThat(range.to()).isEqualTo(Optime.of(6, 1));
    assertThat(SkipRule.parse("5:1").set()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "5:1..5:1 shop.orders, true",
    "5:0..6:0 shop.orders d, true",
    "5:0..6:0 shop.orders i, false",
    "5:0..6:0 shop.orders *, true",
    "5:0..6:0 shop, true",
    "5:0..6:0 sho, false",
    "5:0..6:0 shop.ord, false",
    "5:0..6:0 shop.ord*, true",
    "5:0..6:0 *.orders, true",
    "5:0..6:0 *, true",
    "5:2..6:0 *, false",
    "4:0..5:0 *, false"
  })
  void shouldMatchByTimeNamespaceAndKind(String rule, boolean matches) {
    OplogEntry delete = entry("{'op': 'd', 'ns': 'shop.orders', 'o': {'_id': 1}}");

    assertThat(SkipRule.parse(rule).matches(delete, AT)).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'drop': 'orders'} | shop.orders | true",
        "{'drop': 'orders'} | shop | true",
        "{'drop': 'users'} | shop.orders | false",
        "{'renameCollection': 'shop.orders', 'to': 'shop.sold'} | shop.orders | true",
        "{'importCollection': 'shop.orders', 'dryRun': false} | shop.orders | true",
        "{'dropDatabase': 1} | shop | true",
        "{'dropDatabase': 1} | shop.orders | false"
      })
  void shouldMatchCommandsByWhatTheyAreAbout(String command, String namespace, boolean matches) {
    OplogEntry entry = entry("{'op': 'c', 'ns': 'shop.$cmd', 'o': " + command + "}");

    assertThat(SkipRule.parse("5:1..5:1 " + namespace + " c").matches(entry, AT))
        .isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "yesterday | seconds:increment",
        "5:1:9 | seconds:increment",
        "5 | seconds:increment",
        "5:1 shop.orders | goes with a range only",
        "5:1..6:1 | followed by a namespace",
        "5:1..6:1 shop.orders d extra | followed by a namespace",
        "5:1..4:1 shop.orders | ends before it begins",
        "5:1..x shop.orders | seconds:increment",
        "5:1..6:1 shop.orders delete | no kind of operation"
      })
  void shouldSayWhatIsWrongWithARule(String rule, String reason) {
    assertThatThrownBy(() -> SkipRules.parse(List.of("1:1", rule)))
        .isInstanceOfSatisfying(
            TidemarkException.class,
            e -> {
              assertThat(e.code()).isEqualTo(RestorerError.REQUEST_MALFORMED);
              assertThat(e.reason()).contains("'" + rule + "'").contains(reason);
            });
  }

  @Test
  void shouldCountARuleOnceThatIsGivenTwice() {
    assertThat(SkipRules.parse(List.of("5:1", " 5:1", "6:1")).all()).hasSize(2);
  }

  private static OplogEntry entry(String json) {
    BsonDocument entry = BsonDocument.parse(json).append("ts", AT.toTimestamp());
    ByteBuffer bytes = new RawBsonDocument(entry, new BsonDocumentCodec()).getByteBuffer().asNIO();
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    return OplogEntry.read(BsonSlice.of(copy));
  }
}
