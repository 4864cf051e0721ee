package dev.tidemark.monitor.failover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.monitor.SteppedClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PrimaryTrackerTest {

  private static final String SET = "65a1b2c3d4e5f60718293a4b";
  private static final Primary A1 = new Primary("a:27017", SET, 1);
  private static final Primary A3 = new Primary("a:27017", SET, 3);
  private static final Primary B2 = new Primary("b:27017", SET, 2);
  private static final Sighting NOTHING = new Sighting.Silence("timeout");

  private final SteppedClock clock = new SteppedClock();
  private final PrimaryTracker tracker = new PrimaryTracker(3, Duration.ofSeconds(10));

  private List<Transition> see(Sighting... sightings) {
    List<Transition> changes = new ArrayList<>();
    for (Sighting sighting : sightings) {
      changes.addAll(tracker.observe(sighting, clock.step(Duration.ofSeconds(1))));
    }
    return changes;
  }

  private static Sighting is(Primary primary) {
    return new Sighting.Answer(primary);
  }

  @Test
  void shouldStaySilentWhenSinglePingsAreLost() {
    assertThat(see(is(A1))).containsExactly(new Transition.Met(A1, Map.of()));
    assertThat(see(NOTHING, is(A1), NOTHING, NOTHING, is(A1), NOTHING, NOTHING, is(A1))).isEmpty();
  }

  @Test
  void shouldLoseThePrimaryAfterThreeSilencesAndVerifyItsSuccessor() {
    see(is(A1));
    assertThat(see(NOTHING, NOTHING, NOTHING))
        .containsExactly(new Transition.Lost(A1, Map.of("detect", 2000L)));
    assertThat(see(NOTHING, NOTHING)).isEmpty();
    assertThat(see(is(B2)))
        .containsExactly(new Transition.Elected(B2, A1, Map.of("detect", 2000L, "elect", 3000L)));
    assertThat(see(is(B2), NOTHING, is(B2))).isEmpty();
  }

  @Test
  void shouldLoseThePrimaryAtOnceWhenItSaysSo() {
    see(is(A1));
    assertThat(see(new Sighting.SteppedDown()))
        .containsExactly(new Transition.Lost(A1, Map.of("detect", 0L)));
    assertThat(see(new Sighting.SteppedDown())).isEmpty();
    assertThat(see(is(A3)))
        .containsExactly(new Transition.Elected(A3, A1, Map.of("detect", 0L, "elect", 2000L)));
  }

  @Test
  void shouldNotBelieveAPrimaryOfAnOlderOrTheSameTerm() {
    see(is(B2));
    assertThat(see(is(A1), is(new Primary("c:27017", SET, 2)))).isEmpty();
    assertThat(see(is(A1))).hasOnlyElementsOfType(Transition.Lost.class);
    assertThat(see(is(A1), is(new Primary("c:27017", SET, 2)))).isEmpty();
    assertThat(see(is(A3))).hasOnlyElementsOfType(Transition.Elected.class);
  }

  @Test
  void shouldBelieveALowerTermOnlyOfASetThatIsKnownToBeAnotherOne() {
    Primary anew = new Primary("a:27017", "75a1b2c3d4e5f60718293a4b", 1);
    see(is(B2));
    assertThat(see(is(new Primary("a:27017", "", 1)))).isEmpty();
    assertThat(see(is(anew))).containsExactly(new Transition.Elected(anew, B2, Map.of()));
    assertThat(see(is(anew))).isEmpty();
  }

  @Test
  void shouldKnowAPrimaryWhoseSetCouldNotBeAskedForItsId() {
    see(is(A3));
    assertThat(see(is(new Primary("a:27017", "", 3)), is(A3))).isEmpty();
  }

  @Test
  void shouldSayOnceThatTheElectionIsOverdueAndStillFindThePrimary() {
    see(is(A1));
    see(NOTHING, NOTHING, NOTHING);
    assertThat(see(NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING))
        .isEmpty();
    assertThat(see(NOTHING, NOTHING, NOTHING))
        .containsExactly(new Transition.TimedOut(A1, Map.of("detect", 2000L, "elect", 10_000L)));
    assertThat(see(is(B2))).hasOnlyElementsOfType(Transition.Elected.class);
    assertThat(see(NOTHING, NOTHING, NOTHING)).hasOnlyElementsOfType(Transition.Lost.class);
  }

  @Test
  void shouldTellAReturnFromAnElection() {
    see(is(A1));
    see(NOTHING, NOTHING, NOTHING);
    assertThat(see(is(A1)))
        .containsExactly(new Transition.Returned(A1, Map.of("detect", 2000L, "elect", 1000L)));
  }

  @Test
  void shouldNoticeAnElectionThatNobodySaw() {
    see(is(A1));
    assertThat(see(is(B2))).containsExactly(new Transition.Elected(B2, A1, Map.of()));
  }

  @Test
  void shouldMissAPrimaryThatWasNeverMet() {
    assertThat(see(NOTHING, NOTHING, NOTHING))
        .containsExactly(new Transition.Lost(null, Map.of("detect", 2000L)));
    assertThat(see(is(A1))).hasOnlyElementsOfType(Transition.Elected.class);
  }
}
