package dev.tidemark.tailer.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoConnectionPoolClearedException;
import com.mongodb.MongoCredential;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoServerUnavailableException;
import com.mongodb.MongoSocketReadException;
import com.mongodb.MongoSocketReadTimeoutException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.ServerAddress;
import com.mongodb.connection.ClusterId;
import com.mongodb.connection.ServerId;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.tailer.error.TailerError;
import java.util.stream.Stream;
import javax.security.sasl.SaslException;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultsTest {

  private static MongoCommandException command(int code) {
    return new MongoCommandException(
        BsonDocument.parse("{ok: 0, code: " + code + ", errmsg: 'any text'}"), new ServerAddress());
  }

  @ParameterizedTest
  @CsvSource({
    "13,TAILER_NOT_AUTHORIZED",
    "18,TAILER_AUTHENTICATION_FAILED",
    "8000,TAILER_AUTHENTICATION_FAILED",
    "76,TAILER_NOT_A_REPLICA_SET",
    "59,TAILER_COMMAND_REFUSED",
    "148,TAILER_COMMAND_REFUSED",
    "43,TAILER_CURSOR_LOST",
    "136,TAILER_CURSOR_LOST",
    "91,TAILER_CURSOR_LOST",
    "189,TAILER_CURSOR_LOST",
    "10107,TAILER_CURSOR_LOST",
    "11602,TAILER_CURSOR_LOST",
    "13436,TAILER_CURSOR_LOST",
    "99999,TAILER_CURSOR_LOST"
  })
  void shouldDecideByTheServersCode(int code, TailerError expected) {
    assertThat(Faults.classify(command(code), "rs0").code()).isEqualTo(expected);
  }

  @Test
  void shouldRetryWhatMayPass() {
    Stream.of(
            command(43),
            new MongoTimeoutException("x"),
            new MongoSocketReadTimeoutException("x", new ServerAddress(), new Exception()))
        .forEach(e -> assertThat(Faults.isRetriable(Faults.classify(e, ""))).isTrue());
  }

  @Test
  void shouldNotRetryRefusedCredentialsPrivilegesAndLostHistory() {
    MongoCredential credential =
        MongoCredential.createCredential("user", "admin", "secret".toCharArray());
    TidemarkException refused =
        Faults.classify(new MongoSecurityException(credential, "bad auth"), "");

    assertThat(refused.code()).isEqualTo(TailerError.TAILER_AUTHENTICATION_FAILED);
    assertThat(refused.getMessage()).doesNotContain("secret");
    assertThat(Faults.isRetriable(refused)).isFalse();
    assertThat(Faults.isRetriable(Faults.classify(command(13), ""))).isFalse();
    assertThat(
            Faults.isRetriable(new TidemarkException(TailerError.TAILER_OPLOG_GAP, "gap", "", "")))
        .isFalse();
  }

  private static TidemarkException login(Throwable cause) {
    MongoCredential credential =
        MongoCredential.createCredential("user", "admin", "secret".toCharArray());
    return Faults.classify(
        new MongoSecurityException(credential, "Exception authenticating", cause), "rs0");
  }

  @Test
  void shouldRetryALoginThatTheNetworkOrAServerThatStopsInterrupted() {
    ServerAddress member = new ServerAddress();

    assertThat(login(new MongoSocketReadTimeoutException("x", member, new Exception())).code())
        .isEqualTo(TailerError.TAILER_NO_MEMBER);
    assertThat(login(new MongoSocketReadException("x", member)).code())
        .isEqualTo(TailerError.TAILER_NO_MEMBER);
    assertThat(Stream.of(91, 189, 11600, 10107).map(code -> login(command(code)).code()))
        .containsOnly(TailerError.TAILER_CURSOR_LOST);
  }

  @Test
  void shouldNotRetryALoginThatIsRefused() {
    assertThat(Stream.of(11, 13, 18, 8000, 2, 334).map(code -> login(command(code)).code()))
        .containsOnly(TailerError.TAILER_AUTHENTICATION_FAILED);
    assertThat(login(new SaslException("the server's signature is wrong")).code())
        .isEqualTo(TailerError.TAILER_AUTHENTICATION_FAILED);
  }

  @Test
  void shouldRetryWhereTheDriverClosedItsConnections() {
    Stream.of(
            new MongoConnectionPoolClearedException(
                new ServerId(new ClusterId(), new ServerAddress()), null),
            new MongoServerUnavailableException("closed"))
        .forEach(
            e ->
                assertThat(Faults.classify(e, "rs0").code())
                    .isEqualTo(TailerError.TAILER_NO_MEMBER));
  }

  @Test
  void shouldNotRetryBugs() {
    assertThat(Faults.classify(new NullPointerException(), "")).isNull();
    assertThat(Faults.isRetriable(null)).isFalse();
  }
}
