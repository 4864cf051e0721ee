package dev.tidemark.cli.demo;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the demo measured.
 *
 * @param verified whether everything restored was what the source held
 * @param entries oplog entries that went through the pipeline
 * @param segments objects that hold them
 * @param segmentBytes size of these objects
 * @param target the optime restored to
 * @param restoredNamespaces collections and views restored
 * @param restoredDocuments documents restored
 * @param rpoMillis how old the newest entry that could be restored was when the accident happened
 * @param rtoMillis from the request to the verified end of the restore
 * @param captureLagMillisP50 time from the source's log to a read-committed consumer, median
 * @param captureLagMillisP99 the same, 99th percentile
 * @param elapsedMillis the whole demo
 */
record DemoReport(
    boolean verified,
    long entries,
    long segments,
    long segmentBytes,
    String target,
    long restoredNamespaces,
    long restoredDocuments,
    long rpoMillis,
    long rtoMillis,
    long captureLagMillisP50,
    long captureLagMillisP99,
    long elapsedMillis) {

  Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("verified", verified);
    json.put("entries", entries);
    json.put("segments", segments);
    json.put("segmentBytes", segmentBytes);
    json.put("target", target);
    json.put("restoredNamespaces", restoredNamespaces);
    json.put("restoredDocuments", restoredDocuments);
    json.put("rpoMillis", rpoMillis);
    json.put("rtoMillis", rtoMillis);
    json.put("captureLagMillisP50", captureLagMillisP50);
    json.put("captureLagMillisP99", captureLagMillisP99);
    json.put("elapsedMillis", elapsedMillis);
    return json;
  }
}
