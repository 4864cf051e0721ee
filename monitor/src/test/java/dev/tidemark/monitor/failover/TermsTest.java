package dev.tidemark.monitor.failover;

import static org.assertj.core.api.Assertions.assertThat;

import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

class TermsTest {

  private static long of(String hello) {
    return Terms.ofPrimary(BsonDocument.parse(hello));
  }

  @Test
  void shouldReadTheTermFromTheElectionId() {
    assertThat(of("{electionId: {$oid: '7fffffff0000000000000103'}}")).isEqualTo(0x103);
  }

  @Test
  void shouldReadTheTermFromTheNewestWriteWhereThatIsHigher() {
    String write = "lastWrite: {opTime: {ts: {$timestamp: {t: 9, i: 1}}, t: {$numberLong: '5'}}}";
    assertThat(of("{" + write + "}")).isEqualTo(5);
    assertThat(of("{electionId: {$oid: '7fffffff0000000000000004'}, " + write + "}")).isEqualTo(5);
    assertThat(of("{electionId: {$oid: '7fffffff0000000000000006'}, " + write + "}")).isEqualTo(6);
  }

  @Test
  void shouldKnowNoTermWhereNoneIsTold() {
    assertThat(of("{isWritablePrimary: true}")).isEqualTo(Terms.UNKNOWN);
  }
}
