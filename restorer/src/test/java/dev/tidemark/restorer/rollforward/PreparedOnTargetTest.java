package dev.tidemark.restorer.rollforward;

import static org.assertj.core.api.Assertions.assertThat;

import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

class PreparedOnTargetTest {

  @Test
  void shouldCountWhatAServerStillHoldsPrepared() {
    assertThat(held("{transactions: {currentOpen: 3, currentPrepared: {$numberLong: '2'}}}"))
        .isEqualTo(2);
    assertThat(held("{transactions: {currentPrepared: 0}}")).isZero();
    // Before 4.2 no transaction is prepared, and none is counted.
    assertThat(held("{transactions: {currentOpen: 3}}")).isZero();
    assertThat(held("{}")).isZero();
  }

  private static long held(String serverStatus) {
    return PreparedOnTarget.held(BsonDocument.parse(serverStatus));
  }
}
