package dev.tidemark.cli.archive;

import dev.tidemark.archive.defect.Defect;
import dev.tidemark.archive.plan.ArchiveContents;
import dev.tidemark.archive.plan.OplogBreak;
import dev.tidemark.archive.plan.OplogHistory;
import dev.tidemark.archive.plan.OplogRange;
import dev.tidemark.archive.plan.RestorableRange;
import dev.tidemark.archive.retention.Compaction.Compacted;
import dev.tidemark.archive.retention.Decision;
import dev.tidemark.archive.retention.RetentionPolicy;
import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.snapshot.SnapshotSetManifest;
import dev.tidemark.archive.snapshot.StoredObject;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What the commands about archives print with {@code --json}. */
final class ArchiveJson {

  private ArchiveJson() {}

  private static <T> List<Map<String, Object>> all(
      Collection<T> values, Function<T, Map<String, Object>> one) {
    return values.stream().map(one).toList();
  }

  static Map<String, Object> contents(ArchiveContents contents) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("cluster", contents.keys().cluster());
    json.put("restorable", all(contents.restorable(), ArchiveJson::range));
    json.put("snapshots", all(contents.snapshots(), ArchiveJson::snapshot));
    json.put("sets", all(contents.histories().values(), ArchiveJson::history));
    json.put("defects", defects(contents.defects()));
    return json;
  }

  private static Map<String, Object> range(RestorableRange range) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("from", range.from().toString());
    json.put("to", range.to().toString());
    json.put("fromInstant", range.fromInstant().toString());
    json.put("toInstant", range.toInstant().toString());
    json.put("snapshots", range.snapshots());
    return json;
  }

  static Map<String, Object> snapshot(SnapshotManifest snapshot) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", snapshot.snapshotId());
    json.put("kind", snapshot.kind().name());
    snapshot.location().ifPresent(location -> json.put("location", location));
    json.put("startedAt", snapshot.startedAt().toString());
    json.put("completedAt", snapshot.completedAt().toString());
    json.put("documents", Snapshots.documents(snapshot));
    json.put("dataBytes", Snapshots.dataBytes(snapshot));
    json.put("storedBytes", Snapshots.storedBytes(snapshot));
    json.put("sets", all(snapshot.sets(), ArchiveJson::snapshotSet));
    return json;
  }

  private static Map<String, Object> snapshotSet(SnapshotSetManifest set) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", set.set().name());
    json.put("setId", set.set().setId());
    json.put("member", set.member());
    json.put("serverVersion", set.serverVersion());
    json.put("featureVersion", set.featureVersion());
    json.put("fetchStart", set.fetchStart().toString());
    json.put("start", set.start().toString());
    json.put("end", set.end().toString());
    json.put("collections", set.collections().size());
    return json;
  }

  private static Map<String, Object> history(OplogHistory history) {
    List<SegmentIndexEntry> segments =
        history.ranges().stream().flatMap(range -> range.segments().stream()).toList();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", history.set().name());
    json.put("setId", history.set().setId());
    json.put("segments", segments.size());
    json.put("entries", segments.stream().mapToLong(SegmentIndexEntry::getEntryCount).sum());
    json.put("entryBytes", segments.stream().mapToLong(SegmentIndexEntry::getEntryBytes).sum());
    json.put("objectBytes", segments.stream().mapToLong(SegmentIndexEntry::getObjectBytes).sum());
    json.put("ranges", all(history.ranges(), ArchiveJson::oplogRange));
    json.put("gaps", all(history.breaks(), ArchiveJson::oplogBreak));
    return json;
  }

  private static Map<String, Object> oplogRange(OplogRange range) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("first", range.first().toString());
    json.put("last", range.last().optime().toString());
    json.put("firstInstant", instant(range.first()).toString());
    json.put("lastInstant", instant(range.last().optime()).toString());
    json.put("segments", range.segments().size());
    return json;
  }

  static Instant instant(Optime optime) {
    return Instant.ofEpochSecond(optime.seconds());
  }

  private static Map<String, Object> oplogBreak(OplogBreak gap) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("cause", gap.cause().name());
    json.put("after", gap.after().toString());
    json.put("before", gap.before().toString());
    return json;
  }

  static List<Map<String, Object>> defects(Collection<Defect> defects) {
    return all(
        defects,
        defect -> {
          Map<String, Object> json = new LinkedHashMap<>();
          json.put("kind", defect.kind().name());
          json.put("where", defect.where());
          json.put("problem", defect.problem());
          return json;
        });
  }

  static Map<String, Object> policy(RetentionPolicy policy, boolean compacts) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("continuous", policy.continuous().toString());
    json.put("snapshots", policy.snapshots().toString());
    json.put("grace", policy.grace().toString());
    json.put("compact", compacts);
    return json;
  }

  static Map<String, Object> compacted(Compacted compacted) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("key", compacted.key());
    json.put("replaced", compacted.replaced());
    return json;
  }

  static Map<String, Object> decision(Decision decision) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("subject", decision.subject().name());
    json.put("name", decision.name());
    json.put("verdict", decision.verdict().name());
    json.put("reason", decision.reason());
    json.put("objects", decision.keys().size());
    json.put("bytes", decision.bytes());
    return json;
  }

  static Map<String, Object> object(StoredObject object) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("key", object.key());
    json.put("bytes", object.bytes());
    return json;
  }
}
