package dev.tidemark.schemas.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.schemas.request.RestoreMode;
import dev.tidemark.schemas.request.RestoreRequest;
import dev.tidemark.schemas.request.VerifyLevel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainJsonTest {

  private static final String MINIMAL =
      "'requestId':'r1','cluster':'shop','target':'scratch','to':'latest'";

  private static RestoreRequest read(String json) {
    return PlainJson.read(
        json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), RestoreRequest.class);
  }

  @Test
  void shouldFillDefaultsOfFieldsLeftOut() {
    RestoreRequest request = read("{" + MINIMAL + "}");

    assertThat(request.getTo()).isEqualTo("latest");
    assertThat(request.getMode()).isEqualTo(RestoreMode.MERGE);
    assertThat(request.getVerify()).isEqualTo(VerifyLevel.FULL);
    assertThat(request.getInclude()).isEmpty();
    assertThat(request.getRequestedAt()).isNull();
  }

  @Test
  void shouldGiveEachRecordItsOwnDefaults() {
    RestoreRequest one = read("{" + MINIMAL + "}");
    RestoreRequest other = read("{" + MINIMAL + "}");

    assertThat(one.getRename()).isNotSameAs(other.getRename());
  }

  @Test
  void shouldReadEveryKindOfField() {
    RestoreRequest request =
        read(
            "{"
                + MINIMAL
                + ",'mode':'ROLL_FORWARD','include':['a','b.c'],'rename':{'a.b':'c.d'},'drop':true,"
                + "'requestedAt':'2026-11-22T13:00:00Z'}");

    assertThat(request.getMode()).isEqualTo(RestoreMode.ROLL_FORWARD);
    assertThat(request.getInclude()).containsExactly("a", "b.c");
    assertThat(request.getRename()).containsEntry("a.b", "c.d");
    assertThat(request.getDrop()).isTrue();
    assertThat(request.getRequestedAt()).isEqualTo(Instant.parse("2026-11-22T13:00:00Z"));
  }

  @Test
  void shouldReadBackWhatItWrote() {
    RestoreRequest request =
        read("{" + MINIMAL + ",'skip':['1:2'],'requestedAt':1700000000123,'verify':'NONE'}");

    assertThat(PlainJson.read(PlainJson.write(request), RestoreRequest.class)).isEqualTo(request);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {'requestId':'r1'                         | line 1
          []                                        | $: expected an object
          {'requestId':'r1'}                        | 'cluster' is missing
          {%s,'colour':1}                           | 'colour' is not a field of RestoreRequest
          {%s,'drop':'yes'}                         | $.drop: expected true or false
          {%s,'include':'a'}                        | $.include: expected an array
          {%s,'include':['a',7]}                    | $.include[1]: expected a string
          {%s,'rename':{'a':1}}                     | $.rename['a']: expected a string
          {%s,'verify':'MAYBE'}                     | $.verify: expected one of [COUNT, FULL, NONE, SAMPLE]
          {%s,'requestedAt':'yesterday'}            | $.requestedAt: expected an instant
          {%s,'to':'latest'}                        | Duplicate field 'to'
          {%s} {}                                   | Trailing token
          """)
  void shouldNameThePlaceOfAMistake(String json, String message) {
    assertThatThrownBy(() -> read(json.replace("%s", MINIMAL)))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageContaining(message);
  }
}
