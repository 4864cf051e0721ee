package dev.tidemark.monitor.condition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.monitor.SteppedClock;
import dev.tidemark.monitor.alert.AlertCode;
import dev.tidemark.monitor.alert.Assessment;
import dev.tidemark.monitor.alert.Assessment.Verdict;
import dev.tidemark.monitor.observation.Backups;
import dev.tidemark.monitor.observation.FinishedJobs;
import dev.tidemark.monitor.observation.RestoreTests;
import dev.tidemark.schemas.alert.DrillMode;
import dev.tidemark.schemas.alert.DrillResult;
import dev.tidemark.schemas.archive.SnapshotKind;
import dev.tidemark.schemas.archive.SnapshotSummary;
import dev.tidemark.schemas.serde.TrustedRecords;
import dev.tidemark.schemas.status.Failure;
import dev.tidemark.schemas.status.JobState;
import dev.tidemark.schemas.status.RestoreStatus;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BackupConditionsTest {

  static {
    TrustedRecords.trust();
  }

  private static final Limit DAY = Limit.of(Duration.ofHours(24), 0.1);
  private static final Limit MONTH = Limit.of(Duration.ofDays(30), 0.1);

  private final SteppedClock clock = new SteppedClock();
  private final Backups backups = new Backups();
  private final RestoreTests tests = new RestoreTests();

  private void snapshot(String id, String cluster, long bytes, SnapshotKind kind) {
    backups.add(
        SnapshotSummary.newBuilder()
            .setSnapshotId(id)
            .setCluster(cluster)
            .setKind(kind)
            .setStartedAt(clock.instant())
            .setCompletedAt(clock.instant())
            .setManifestKey("k")
            .setSets(List.of())
            .setCollections(1)
            .setDocuments(1)
            .setDataBytes(bytes)
            .setStoredBytes(bytes)
            .build());
  }

  private void snapshot(String id, long bytes) {
    snapshot(id, "shop", bytes, SnapshotKind.FULL);
  }

  private Assessment only(Condition condition) {
    List<Assessment> found = condition.assess(clock.instant());
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  @Test
  void shouldFindTheBackupTooOldAfterADay() {
    Condition age = new BackupAge(backups, Set.of(), DAY);
    snapshot("s1", 100);
    clock.step(Duration.ofHours(20));
    assertThat(only(age).verdict()).isEqualTo(Verdict.GOOD);
    clock.step(Duration.ofHours(3));
    assertThat(only(age).verdict()).isEqualTo(Verdict.MARGINAL);
    clock.step(Duration.ofHours(2));
    assertThat(only(age).verdict()).isEqualTo(Verdict.BAD);
    assertThat(only(age).message()).contains("s1", "25 h 0 min", "24 h 0 min");
    snapshot("s2", 100);
    assertThat(only(age).verdict()).isEqualTo(Verdict.GOOD);
    backups.remove("s2");
    assertThat(only(age).verdict()).isEqualTo(Verdict.BAD);
  }

  @Test
  void shouldMissTheSnapshotOfAnExpectedCluster() {
    assertThat(only(new BackupAge(backups, Set.of("crm"), DAY)))
        .returns(Verdict.BAD, Assessment::verdict)
        .returns("crm", Assessment::source);
  }

  @Test
  void shouldFindTheSizeChangedWhenDataHalvesOrGrowsByMore() {
    Condition size = new BackupSize(backups, new Limit(0.5, 0.1));
    snapshot("s1", 1000);
    assertThat(size.assess(clock.instant())).isEmpty();
    clock.step(Duration.ofHours(12));
    snapshot("s2", 1400);
    assertThat(only(size).verdict()).isEqualTo(Verdict.GOOD);
    clock.step(Duration.ofHours(12));
    snapshot("s3", 600);
    assertThat(only(size).verdict()).isEqualTo(Verdict.BAD);
    assertThat(only(size).message()).contains("s3", "600", "s2", "1,400", "57 %");
    clock.step(Duration.ofHours(12));
    snapshot("s4", 640);
    assertThat(only(size).verdict()).isEqualTo(Verdict.GOOD);
    clock.step(Duration.ofHours(12));
    snapshot("s5", 1300);
    assertThat(only(size).verdict()).isEqualTo(Verdict.BAD);
  }

  @Test
  void shouldNotCompareSizesWithARegisteredBase() {
    Condition size = new BackupSize(backups, new Limit(0.5, 0.1));
    snapshot("s1", 1000);
    clock.step(Duration.ofHours(1));
    snapshot("disk", "shop", 0, SnapshotKind.REGISTERED);
    assertThat(size.assess(clock.instant())).isEmpty();
  }

  @Test
  void shouldWantARestoreTestUntilOneIsProvedAndAgainAMonthLater() {
    Condition condition = new RestoreTestAge(backups, tests, MONTH);
    assertThat(condition.assess(clock.instant())).isEmpty();
    snapshot("s1", 1);
    assertThat(only(condition).verdict()).isEqualTo(Verdict.BAD);
    tests.add(restore(JobState.SUCCEEDED, false));
    assertThat(only(condition).verdict()).isEqualTo(Verdict.BAD);
    tests.add(restore(JobState.SUCCEEDED, true));
    assertThat(only(condition).verdict()).isEqualTo(Verdict.GOOD);
    clock.step(Duration.ofDays(31));
    assertThat(only(condition).verdict()).isEqualTo(Verdict.BAD);
    tests.add(drill(true));
    assertThat(only(condition).verdict()).isEqualTo(Verdict.GOOD);
  }

  @Test
  void shouldAlertAboutAFailedDrillUntilOneSucceeds() {
    Condition condition = new DrillOutcome(tests);
    tests.add(drill(false));
    assertThat(only(condition))
        .returns(Verdict.BAD, Assessment::verdict)
        .returns("shop", Assessment::source);
    assertThat(only(condition).message()).contains("VERIFICATION_FAILED");
    clock.step(Duration.ofHours(1));
    tests.add(drill(true));
    assertThat(only(condition).verdict()).isEqualTo(Verdict.GOOD);
  }

  @Test
  void shouldForgetAFailedRequestWhenItWasRepeatedOrIsOld() {
    FinishedJobs jobs = new FinishedJobs();
    Condition condition = new FailedJobs(AlertCode.RESTORE_FAILED, jobs, Duration.ofHours(24));
    jobs.add("target a", "r1", JobState.RUNNING, clock.instant(), null, List.of());
    assertThat(condition.assess(clock.instant())).isEmpty();
    jobs.add("target a", "r1", JobState.FAILED, clock.instant(), failure(), List.of());
    assertThat(only(condition).verdict()).isEqualTo(Verdict.BAD);
    assertThat(only(condition).message()).contains("r1", "VERIFICATION_FAILED");
    clock.step(Duration.ofMinutes(1));
    jobs.add("target a", "r2", JobState.SUCCEEDED, clock.instant(), null, List.of());
    assertThat(only(condition).verdict()).isEqualTo(Verdict.GOOD);
    jobs.add(
        "target a", "r3", JobState.FAILED, clock.step(Duration.ofMinutes(1)), failure(), List.of());
    assertThat(only(condition).verdict()).isEqualTo(Verdict.BAD);
    clock.step(Duration.ofHours(25));
    assertThat(only(condition).verdict()).isEqualTo(Verdict.GOOD);
  }

  @Test
  void shouldTellOfWarningsUntilARequestEndsWithoutThem() {
    FinishedJobs jobs = new FinishedJobs();
    Condition condition = new WarnedJobs(AlertCode.SNAPSHOT_WARNED, jobs);
    jobs.add("shop", "s1", JobState.SUCCEEDED, clock.instant(), null, List.of("no copy", "late"));
    assertThat(only(condition).verdict()).isEqualTo(Verdict.BAD);
    assertThat(only(condition).value()).isEqualTo(2);
    assertThat(only(condition).message()).contains("s1", "no copy; late");
    clock.step(Duration.ofMinutes(1));
    jobs.add("shop", "s2", JobState.SUCCEEDED, clock.instant(), null, List.of());
    assertThat(only(condition).verdict()).isEqualTo(Verdict.GOOD);
  }

  private DrillResult drill(boolean success) {
    return DrillResult.newBuilder()
        .setDrillId("d1")
        .setCluster("shop")
        .setMode(DrillMode.NEWEST_BACKUP)
        .setSuccess(success)
        .setTimestamp(clock.instant())
        .setFailure(success ? null : failure())
        .build();
  }

  private RestoreStatus restore(JobState state, boolean verified) {
    return RestoreStatus.newBuilder()
        .setRequestId("r1")
        .setCluster("shop")
        .setState(state)
        .setAcceptedAt(clock.instant())
        .setUpdatedAt(clock.instant())
        .setVerified(verified)
        .build();
  }

  private static Failure failure() {
    return Failure.newBuilder().setCode("VERIFICATION_FAILED").setReason("differs").build();
  }
}
