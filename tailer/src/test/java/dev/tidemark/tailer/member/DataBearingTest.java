package dev.tidemark.tailer.member;

import static org.assertj.core.api.Assertions.assertThat;

import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

class DataBearingTest {

  @Test
  void shouldFindHiddenMembersThatAreNoArbiters() {
    assertThat(
            DataBearing.hidden(
                BsonDocument.parse(
                    "{config: {members: [{host: 'a:1', hidden: false, arbiterOnly: false}, {host:"
                        + " 'b:1', hidden: true, arbiterOnly: false, secondaryDelaySecs: 3600},"
                        + " {host: 'c:1', hidden: true, arbiterOnly: true}, {host: 'd:1'}]}}")))
        .containsExactly("b:1");
  }
}
