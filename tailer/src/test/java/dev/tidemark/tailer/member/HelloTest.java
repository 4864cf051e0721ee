package dev.tidemark.tailer.member;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.oplog.optime.Optime;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

class HelloTest {

  @Test
  void shouldReadWhatAMemberSaysOfItself() {
    Hello hello =
        Hello.of(
            BsonDocument.parse(
                "{setName: 'rs0', hosts: ['a:1', 'b:1'], passives: ['c:1'], me: 'b:1', secondary:"
                    + " true, isWritablePrimary: false, logicalSessionTimeoutMinutes: 30,"
                    + " lastWrite: {majorityOpTime: {ts: {$timestamp: {t: 9, i: 2}}, t:"
                    + " {$numberLong: '4'}}, majorityWriteDate: {$date: 9000}}, localTime: {$date:"
                    + " 9500}}"));

    assertThat(hello.hosts()).containsExactly("a:1", "b:1", "c:1");
    assertThat(hello.readable()).isTrue();
    assertThat(hello.sessions()).isTrue();
    assertThat(hello.majority()).isEqualTo(Optime.of(9, 2));
    assertThat(hello.majorityTerm()).isEqualTo(4);
    assertThat(hello.majorityLagMillis()).isEqualTo(500);
  }

  @Test
  void shouldNotReadDelayedMembersOrArbiters() {
    assertThat(
            Hello.of(BsonDocument.parse("{setName: 'rs0', secondary: true, slaveDelay: 60}"))
                .readable())
        .isFalse();
    assertThat(Hello.of(BsonDocument.parse("{setName: 'rs0', arbiterOnly: true}")).readable())
        .isFalse();
  }

  @Test
  void shouldTellMongosAndStandaloneServersApart() {
    assertThat(Hello.of(BsonDocument.parse("{msg: 'isdbgrid'}")).mongos()).isTrue();
    Hello standalone = Hello.of(BsonDocument.parse("{isWritablePrimary: true}"));
    assertThat(standalone.setName()).isNull();
    assertThat(standalone.starting()).isFalse();
  }

  @Test
  void shouldTellAMemberThatStartsFromAStandaloneServer() {
    Hello starting =
        Hello.of(BsonDocument.parse("{isreplicaset: true, isWritablePrimary: false, ok: 1}"));

    assertThat(starting.setName()).isNull();
    assertThat(starting.starting()).isTrue();
  }
}
