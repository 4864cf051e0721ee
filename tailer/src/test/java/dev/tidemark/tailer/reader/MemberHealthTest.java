package dev.tidemark.tailer.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.ServerAddress;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.tailer.config.MemberPreference;
import dev.tidemark.tailer.error.TailerError;
import dev.tidemark.tailer.member.Member;
import dev.tidemark.tailer.member.MemberFinder;
import dev.tidemark.tailer.position.SourcePartition;
import dev.tidemark.tailer.stack.SimulatedMembers;
import dev.tidemark.tailer.stack.SteppedTime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemberHealthTest {

  private static final Duration MAX_LAG = Duration.ofSeconds(60);

  @TempDir private Path directory;

  private final SteppedTime time = new SteppedTime();
  private SimulatedMembers set;

  @BeforeEach
  void start() throws IOException {
    set = new SimulatedMembers(directory);
  }

  @AfterEach
  void close() {
    set.close();
  }

  private MemberFinder members(MemberPreference preference) {
    MemberFinder members =
        new MemberFinder(
            ReaderRig.clients(set.primary()),
            preference,
            "rs0",
            List.of("127.0.0.1:" + set.primary().port()),
            time);
    members.find().close();
    return members;
  }

  private MemberHealth health(MemberFinder members) {
    return new MemberHealth(
        new SourcePartition("rs0", set.primary().setId()),
        members,
        MAX_LAG,
        Duration.ofMillis(250),
        time);
  }

  private Member secondary() {
    return Member.connect(
        ReaderRig.clients(set.primary()), new ServerAddress("127.0.0.1", set.secondary().port()));
  }

  private static void assertLeft(MemberHealth health, Member member, TailerError code) {
    assertThatThrownBy(() -> health.requireBest(member.hello(), member))
        .isInstanceOfSatisfying(TidemarkException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void shouldLeaveAMemberThatLagsForAFresherOneButNotAgainAtOnce() {
    set.secondary().faults().holdMajority();
    set.append(1, 30);
    try (MemberFinder members = members(MemberPreference.NEAREST);
        Member member = secondary()) {
      MemberHealth health = health(members);

      assertLeft(health, member, TailerError.TAILER_MEMBER_BEHIND);
      assertThatCode(() -> health.requireBest(member.hello(), member)).doesNotThrowAnyException();
      assertThat(health.mayBeat(member.hello(), member)).isFalse();
      time.sleep(MAX_LAG.toMillis());
      assertLeft(health, member, TailerError.TAILER_MEMBER_BEHIND);
    }
  }

  @Test
  void shouldStayWithAMemberThatLagsWhenNoneIsFresher() {
    set.secondary().faults().holdMajority();
    for (int i = 1; i < 30; i++) {
      set.secondary().appendOplog(SimulatedMembers.entry(i));
    }
    try (MemberFinder members = members(MemberPreference.NEAREST);
        Member member = secondary()) {
      assertThat(member.hello().majorityLagMillis()).isGreaterThan(MAX_LAG.toMillis());
      assertThatCode(() -> health(members).requireBest(member.hello(), member))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void shouldLeaveAMemberThatMayNoLongerBeRead() {
    try (MemberFinder members = members(MemberPreference.PRIMARY);
        Member member = secondary()) {
      MemberHealth health = health(members);

      assertLeft(health, member, TailerError.TAILER_MEMBER_UNSUITABLE);
      assertLeft(health, member, TailerError.TAILER_MEMBER_UNSUITABLE);
    }
  }

  @Test
  void shouldLeaveAMemberThatIsNoLongerPreferredWhenAnotherOneIs() {
    set.primary().faults().stepDown();
    set.secondary().faults().stepUp();
    try (MemberFinder members = members(MemberPreference.SECONDARY_PREFERRED);
        Member member = secondary()) {
      MemberHealth health = health(members);

      assertLeft(health, member, TailerError.TAILER_MEMBER_UNSUITABLE);
      assertThatCode(() -> health.requireBest(member.hello(), member)).doesNotThrowAnyException();
    }
  }

  @Test
  void shouldStayWithTheMemberThatWasWantedForWhatItHolds() {
    set.primary().faults().stepDown();
    set.secondary().faults().stepUp();
    try (MemberFinder members = members(MemberPreference.SECONDARY_PREFERRED)) {
      members.want(new ServerAddress("127.0.0.1", set.secondary().port()));
      try (Member member = members.find()) {
        assertThat(member.first().primary()).isTrue();
        assertThatCode(() -> health(members).requireBest(member.hello(), member))
            .doesNotThrowAnyException();
      }
    }
  }

  @Test
  void shouldTakeTheMemberThatFailedLongestAgoFirst() {
    ServerAddress primary = new ServerAddress("127.0.0.1", set.primary().port());
    ServerAddress secondary = new ServerAddress("127.0.0.1", set.secondary().port());
    try (MemberFinder members = members(MemberPreference.SECONDARY_PREFERRED)) {
      await().until(() -> found(members).equals(secondary));

      members.avoid(secondary);
      assertThat(found(members)).isEqualTo(primary);
      time.sleep(1_000);
      members.avoid(primary);
      assertThat(found(members)).isEqualTo(secondary);
      time.sleep(1_000);
      members.avoid(secondary);
      assertThat(found(members)).isEqualTo(primary);
      time.sleep(Duration.ofMinutes(1).toMillis());
      assertThat(found(members)).isEqualTo(secondary);
    }
  }

  private static ServerAddress found(MemberFinder members) {
    try (Member member = members.find()) {
      return member.address();
    }
  }
}
