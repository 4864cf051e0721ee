package dev.tidemark.restorer.rollforward;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ConnectionString;
import dev.tidemark.archive.dump.Dumps;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.fixture.BroughtBackBase;
import dev.tidemark.restorer.fixture.CapturedOplog;
import dev.tidemark.restorer.materialize.OplogFile;
import dev.tidemark.restorer.materialize.OplogFiles;
import dev.tidemark.restorer.merge.MergeListener;
import dev.tidemark.restorer.merge.MergeOptions;
import dev.tidemark.restorer.merge.NamespaceSelection;
import dev.tidemark.restorer.merge.ReplayTarget;
import dev.tidemark.restorer.merge.WindowLimits;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.DeploymentAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * From many moments of the captured oplogs to many later ones, by workers that die at any write.
 * {@code -Dtidemark.rollforward.pairs=N} rolls N pairs of each oplog instead of a few.
 */
class RollForwardIT {

  private static final int PAIRS = Integer.getInteger("tidemark.rollforward.pairs", 2);
  private static final NamespaceSelection SELECTION =
      namespace ->
          namespace.startsWith("tidemark.") || namespace.startsWith("admin.system.")
              ? Optional.empty()
              : Optional.of(namespace);

  @TempDir private Path temporary;
  private ObjectStore store;
  private final ObjectKeys keys = new ObjectKeys("shop");

  static List<String> names() {
    return CapturedOplog.NAMES;
  }

  @BeforeEach
  void open() throws IOException {
    Files.createDirectory(temporary.resolve("archive"));
    store = ObjectStores.open(ArchiveConfig.ofUrl("file:" + temporary.resolve("archive")));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldReachALaterMomentWhereverTheWorkersDie(String name) throws IOException {
    CapturedOplog captured = CapturedOplog.unpack(name, temporary);
    List<OplogEntry> entries = entries(captured);
    Random random = new Random(name.hashCode());
    for (int pair = 0; pair < PAIRS; pair++) {
      OplogEntry from = entries.get(random.nextInt(entries.size()));
      OplogEntry to = entries.get(random.nextInt(entries.size()));
      if (from.optime().isAfter(to.optime())) {
        OplogEntry swapped = from;
        from = to;
        to = swapped;
      }
      if (!from.optime().equals(to.optime())) {
        rollForward(captured, from, to.optime(), random, "pair-" + pair);
      }
    }
  }

  private void rollForward(
      CapturedOplog captured, OplogEntry from, Optime to, Random random, String label)
      throws IOException {
    Path base = captured.materialize(from.optime(), temporary.resolve(label + "-base"), temporary);
    Path expected = captured.materialize(to, temporary.resolve(label + "-expected"), temporary);
    WorkObjects work = new WorkObjects(store, keys, label);
    try (SimulatedReplicaSet truth = BroughtBackBase.start(expected, from.raw(), temporary);
        SimulatedReplicaSet target = BroughtBackBase.start(base, from.raw(), temporary);
        Deployment deployment =
            Deployment.open(address(target.connectionString()), "roll-forward-test")) {
      assertThat(TargetMoment.of(deployment).optime()).isEqualTo(from.optime());
      // One after the other, each dies a few writes later than the one before.
      long writes = 1L + random.nextInt(3);
      Optional<BsonDocument> checkpoint = Optional.empty();
      int attempt = 1;
      for (; attempt < 400; attempt++) {
        Path local = Files.createDirectory(temporary.resolve(label + "-worker-" + attempt));
        EndingLease lease = new EndingLease(attempt, checkpoint, writes);
        RollOptions options =
            new RollOptions(
                new MergeOptions(1 + random.nextInt(2), 1 << 20, local),
                new WindowLimits(
                    1 + random.nextInt(400), 1 + random.nextInt(100_000), 1 + random.nextInt(50)),
                2,
                1 + random.nextInt(20),
                true);
        try {
          RollReport report =
              new RollForward(
                      deployment,
                      lease,
                      label,
                      work,
                      oplog(captured),
                      ReplayTarget.ofReplicaSet(to),
                      SELECTION,
                      options,
                      MergeListener.NONE)
                  .run(from.optime(), (count, built) -> {});
          assertThat(report.report().complete()).isTrue();
          break;
        } catch (TidemarkException e) {
          assertThat(e.code()).as(e.toString()).isEqualTo(RestorerError.TARGET_LEASE_LOST);
        }
        checkpoint = lease.stored();
        writes = 1L + random.nextInt(2 << Math.min(20, attempt));
      }
      assertThat(attempt).isBetween(2, 399);
      work.clear();
      assertThat(differences(BroughtBackBase.state(target), BroughtBackBase.state(truth)))
          .as("%s from %s to %s", captured.folder(), from.optime(), to)
          .isEmpty();
      try (var left = store.list("")) {
        assertThat(left).isEmpty();
      }
    }
  }

  private static List<String> differences(
      SortedMap<String, String> found, SortedMap<String, String> expected) {
    SortedSet<String> namespaces = new TreeSet<>(found.keySet());
    namespaces.addAll(expected.keySet());
    return namespaces.stream()
        .filter(name -> !Objects.equals(found.get(name), expected.get(name)))
        .map(name -> name + "\n  is " + found.get(name) + "\n  not " + expected.get(name))
        .toList();
  }

  private static DeploymentAddress address(String uri) {
    return new DeploymentAddress("target", new ConnectionString(uri));
  }

  /** The entries behind the dump that a server would have as the newest one. */
  private static List<OplogEntry> entries(CapturedOplog captured) throws IOException {
    Optime end;
    try (var dump = Dumps.open(captured.dump())) {
      end = dump.times().orElseThrow().end();
    }
    return captured.entries().stream()
        .filter(entry -> entry.optime().isAfter(end) && !entry.op().equals("n"))
        .toList();
  }

  private static OplogFiles oplog(CapturedOplog captured) throws IOException {
    return OplogFiles.of(
        List.of(
            new OplogFile(captured.oplog().toString(), () -> Dumps.documents(captured.oplog()))));
  }
}
