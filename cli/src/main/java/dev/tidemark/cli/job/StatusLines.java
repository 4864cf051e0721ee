package dev.tidemark.cli.job;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.cli.console.Console;
import dev.tidemark.cli.undo.UndoLines;
import dev.tidemark.restorer.drill.DrillStep;
import dev.tidemark.schemas.alert.DrillResult;
import dev.tidemark.schemas.json.PlainJson;
import dev.tidemark.schemas.status.DrillStatus;
import dev.tidemark.schemas.status.Failure;
import dev.tidemark.schemas.status.JobState;
import dev.tidemark.schemas.status.PlanSummary;
import dev.tidemark.schemas.status.RestorableRange;
import dev.tidemark.schemas.status.RestoreStatus;
import dev.tidemark.schemas.status.RestoredNamespace;
import dev.tidemark.schemas.status.SnapshotStatus;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/** Tells statuses in lines for people, and as data. */
final class StatusLines {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private StatusLines() {}

  static boolean isOver(JobState state) {
    return state == JobState.SUCCEEDED || state == JobState.FAILED || state == JobState.CANCELLED;
  }

  static Map<String, Object> data(SpecificRecord status) {
    return MAPPER.convertValue(
        PlainJson.write(status), new TypeReference<Map<String, Object>>() {});
  }

  static void tell(Console console, RestoreStatus status) {
    console.say(
        "Restore %s of %s to %s into %s: %s",
        status.getRequestId(),
        status.getCluster(),
        status.getRequestedTo(),
        status.getTarget(),
        status.getState());
    PlanSummary plan = status.getPlan();
    if (plan != null) {
      console.say(
          "  plan: snapshot %s, %d segments, %,d entries, %,d of them on Kafka; resolved to %s",
          plan.getSnapshotId(),
          plan.getSegments(),
          plan.getEntries(),
          plan.getKafkaTailEntries(),
          plan.getResolved().get(0).getOptime());
      console.say(
          "  estimate: %,.0f s, %s",
          plan.getEstimatedSeconds(),
          plan.getEstimateRestores() == 0
              ? "at assumed rates"
              : "by %d earlier restores into %s"
                  .formatted(plan.getEstimateRestores(), status.getTarget()));
      if (!plan.getUsers().isEmpty() || !plan.getRoles().isEmpty()) {
        console.say(
            "  users %s; roles %s",
            String.join(", ", plan.getUsers()), String.join(", ", plan.getRoles()));
      }
    }
    if (!isOver(status.getState())) {
      console.say(
          "  %s: %,d of %s", status.getStep(), status.getStepDone(), total(status.getStepTotal()));
    }
    for (RestoredNamespace namespace : status.getNamespaces()) {
      console.say(
          "  %-40s %,12d documents %,15d bytes  %s",
          namespace.getReplicaSet().isEmpty()
              ? namespace.getNs()
              : namespace.getNs() + " on " + namespace.getReplicaSet(),
          namespace.getDocuments(),
          namespace.getBytes(),
          namespace.getVerified() ? "verified" : "not verified");
    }
    if (status.getState() == JobState.SUCCEEDED && !status.getReached().isEmpty()) {
      console.say(
          "  reached %s; %,d documents, %,d operations applied, %s; %.1f s",
          status.getReached().get(0).getOptime(),
          status.getDocuments(),
          status.getEntriesApplied(),
          status.getVerified() ? "verified" : "NOT VERIFIED",
          status.getRtoMillis() / 1000.0);
    }
    if (status.getUndo() != null) {
      new UndoLines(status.getUndo()).lines().forEach(console::say);
    }
    if (status.getUsers() + status.getRoles() > 0) {
      console.say("  %d users and %d roles merged", status.getUsers(), status.getRoles());
    }
    tell(console, status.getFailure());
    for (RestorableRange range : status.getRestorable()) {
      console.say("  restorable: %s to %s", range.getFrom(), range.getTo());
    }
    status.getWarnings().forEach(warning -> console.say("  warning: " + warning));
  }

  static void tell(Console console, SnapshotStatus status) {
    console.say(
        "Snapshot %s of %s: %s", status.getRequestId(), status.getCluster(), status.getState());
    if (status.getSnapshotId() != null) {
      console.say(
          "  %s: %,d documents, %,d bytes",
          status.getSnapshotId(), status.getDocumentsDone(), status.getBytesDone());
    }
    tell(console, status.getFailure());
    status.getWarnings().forEach(warning -> console.say("  warning: " + warning));
  }

  static void tell(Console console, DrillStatus status) {
    if (status.getResult() != null) {
      tell(console, status.getResult());
      return;
    }
    console.say(
        "Drill %s of %s: %s %s",
        status.getRequestId(), status.getCluster(), status.getState(), status.getStep());
    tell(console, status.getFailure());
  }

  static void tell(Console console, DrillResult drill) {
    console.say(
        "Drill %s of %s (%s): %s",
        drill.getDrillId(),
        drill.getCluster(),
        drill.getMode(),
        drill.getSuccess() ? "SUCCEEDED" : "FAILED");
    for (DrillStep step : DrillStep.values()) {
      Long millis = drill.getStepMillis().get(step.title());
      if (millis != null) {
        console.say("  %-9s %,7d ms", step.title(), millis);
      }
    }
    if (drill.getSuccess()) {
      console.say(
          "  %,d documents restored to %s and verified; RTO %d ms, RPO %d ms",
          drill.getDocuments(), drill.getRestoredTo(), drill.getRtoMillis(), drill.getRpoMillis());
    }
    tell(console, drill.getFailure());
  }

  private static void tell(Console console, Failure failure) {
    if (failure != null) {
      console.say("  %s: %s", failure.getCode(), failure.getReason());
      if (!failure.getWhere().isEmpty()) {
        console.say("  where: " + failure.getWhere());
      }
      if (!failure.getRemedy().isEmpty()) {
        console.say("  remedy: " + failure.getRemedy());
      }
    }
  }

  private static String total(long total) {
    return total < 0 ? "unknown" : String.format(java.util.Locale.ROOT, "%,d", total);
  }
}
