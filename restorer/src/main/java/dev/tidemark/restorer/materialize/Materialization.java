package dev.tidemark.restorer.materialize;

import dev.tidemark.archive.dump.DumpWriter;
import dev.tidemark.archive.dump.PendingDirectory;
import dev.tidemark.archive.plan.RestoreTarget;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.oplog.txn.CommitDecision;
import dev.tidemark.restorer.merge.MergeListener;
import dev.tidemark.restorer.merge.MergeOptions;
import dev.tidemark.restorer.merge.MergeReport;
import dev.tidemark.restorer.merge.MergeRestore;
import dev.tidemark.restorer.merge.NamespaceSelection;
import dev.tidemark.restorer.merge.ReplayTarget;
import dev.tidemark.restorer.undo.ClusterSkips;
import dev.tidemark.restorer.undo.SkipMatches;
import dev.tidemark.restorer.undo.SkipRules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rolls dumps forward to an optime and writes dumps again.
 *
 * <p>Several shards are brought to one common optime; a transaction that several of them took part
 * in is applied on all of them or on none.
 */
public final class Materialization {

  private final Optime target;
  private final boolean gzip;
  private final MergeOptions options;
  private final MergeListener listener;
  private final SkipRules skip;

  /**
   * @param target everything up to here is applied
   * @param gzip whether the files of the results are compressed
   */
  public Materialization(
      Optime target, boolean gzip, MergeOptions options, MergeListener listener) {
    this(target, gzip, options, listener, SkipRules.NONE);
  }

  /**
   * @param skip what is left out
   */
  public Materialization(
      Optime target, boolean gzip, MergeOptions options, MergeListener listener, SkipRules skip) {
    this.target = target;
    this.gzip = gzip;
    this.options = options;
    this.listener = listener;
    this.skip = skip;
  }

  /**
   * Rolls the dump of a replica set that stands alone forward.
   *
   * @param out the directory for the result, which must not exist
   */
  public MergeReport replicaSet(ShardInput input, Path out) throws IOException {
    skip.requireSetsAmong(List.of());
    try (ShardFiles files = ShardFiles.open(input)) {
      return materialize(files, ReplayTarget.ofReplicaSet(target), skip, out);
    }
  }

  /**
   * Rolls the dumps of several shards forward.
   *
   * @param inputs by the names of the shards
   * @param out the directory for the results, which must not exist; each is a directory in it with
   *     the shard's name, and all appear together
   * @return what was done, by the names of the shards
   * @throws TidemarkException one of {@code UNDO_…} if something cannot be left out
   */
  public Map<String, MergeReport> shards(Map<String, ShardInput> inputs, Path out)
      throws IOException {
    List<CommitDecision> decisions = new ArrayList<>();
    for (ShardInput input : inputs.values()) {
      try (ShardFiles files = ShardFiles.open(input)) {
        decisions.addAll(files.decisions());
      }
    }
    ReplayTarget common = ReplayTarget.ofShard(target, decisions);
    Map<String, SkipRules> rules = divide(inputs, common);
    Map<String, MergeReport> reports = new LinkedHashMap<>();
    try (PendingDirectory pending = PendingDirectory.create(out)) {
      for (Map.Entry<String, ShardInput> shard : inputs.entrySet()) {
        try (ShardFiles files = ShardFiles.open(shard.getValue())) {
          Path directory = pending.path().resolve(shard.getKey());
          SkipRules of = rules.getOrDefault(shard.getKey(), SkipRules.NONE);
          reports.put(shard.getKey(), materialize(files, common, of, directory));
        }
      }
      pending.appear();
    }
    return reports;
  }

  /** What is left out of each shard. */
  private Map<String, SkipRules> divide(Map<String, ShardInput> inputs, ReplayTarget common)
      throws IOException {
    if (skip.isEmpty()) {
      return Map.of();
    }
    skip.requireSetsAmong(inputs.keySet());
    Map<String, SkipMatches> found = new LinkedHashMap<>();
    for (Map.Entry<String, ShardInput> shard : inputs.entrySet()) {
      try (ShardFiles files = ShardFiles.open(shard.getValue())) {
        found.put(shard.getKey(), merge(files, common, skip.concerning(shard.getKey())).matches());
      }
    }
    return ClusterSkips.divide(skip, found, common.decisions());
  }

  private MergeReport materialize(
      ShardFiles files, ReplayTarget replayTarget, SkipRules rules, Path out) throws IOException {
    try (DumpWriter writer = DumpWriter.create(out, gzip)) {
      return merge(files, replayTarget, rules).run(new DumpSink(writer));
    }
  }

  private MergeRestore merge(ShardFiles files, ReplayTarget replayTarget, SkipRules rules) {
    return new MergeRestore(
        files.base(),
        files.oplog(),
        replayTarget,
        NamespaceSelection.ALL,
        options,
        listener,
        rules);
  }

  /**
   * The optime that a target stands for, common to all replica sets.
   *
   * @throws dev.tidemark.oplog.error.TidemarkException {@code MERGE_OPLOG_TOO_SHORT} if there are
   *     no entries to find it in
   */
  public static Optime resolve(RestoreTarget target, Collection<ShardInput> inputs)
      throws IOException {
    List<ShardFiles> opened = new ArrayList<>();
    try {
      for (ShardInput input : inputs) {
        opened.add(ShardFiles.open(input));
      }
      return TargetInFiles.resolve(target, opened.stream().map(ShardFiles::oplog).toList());
    } finally {
      for (ShardFiles files : opened) {
        files.close();
      }
    }
  }
}
