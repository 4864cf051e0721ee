package dev.tidemark.restorer.snapshot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.archive.digest.DumpDigester;
import dev.tidemark.archive.dump.CollectionMetadata;
import dev.tidemark.archive.dump.DocumentReader;
import dev.tidemark.archive.dump.DocumentWriter;
import dev.tidemark.archive.dump.Dump;
import dev.tidemark.archive.dump.DumpWriter;
import dev.tidemark.archive.dump.Dumps;
import dev.tidemark.archive.dump.SnapshotTimes;
import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.plan.PlanCheck;
import dev.tidemark.archive.plan.PlanRequest;
import dev.tidemark.archive.plan.RestoreTarget;
import dev.tidemark.archive.snapshot.SnapshotCatalogue;
import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.snapshot.SnapshotSetManifest;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.MultipartUpload;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.archive.verify.ArchiveVerifier;
import dev.tidemark.archive.verify.VerifyListener;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.fixture.ArchivedOplog;
import dev.tidemark.restorer.fixture.CapturedOplog;
import dev.tidemark.restorer.fixture.ExpectedState;
import dev.tidemark.restorer.merge.MergeListener;
import dev.tidemark.restorer.merge.MergeOptions;
import dev.tidemark.restorer.restore.ArchiveRestore;
import dev.tidemark.restorer.restore.ArchiveRestore.Names;
import dev.tidemark.schemas.archive.SnapshotKind;
import dev.tidemark.schemas.serde.TrustedRecords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Time;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Snapshots made of the archive alone, judged by what is restored from them. */
class SyntheticSnapshotTest {

  private static final String CLUSTER = "shop";
  private static final ReplicaSetRef SET = new ReplicaSetRef("rs0", "65a9f2b1c0ffee0000000001");
  private static final ReplicaSetRef OTHER = new ReplicaSetRef("rs1", "65a9f2b1c0ffee0000000002");
  private static final RestoreTarget LATEST = new RestoreTarget.Latest();

  @TempDir private Path temporary;

  private ObjectStore store;
  private ArchivedOplog oplog;
  private int outputs;

  static List<String> captured() {
    return CapturedOplog.NAMES;
  }

  @BeforeEach
  void open() throws IOException {
    TrustedRecords.trust();
    Path bucket = Files.createDirectories(temporary.resolve("bucket"));
    store = ObjectStores.open("file:" + bucket, ArchiveConfig.ofUrl(""));
    oplog = new ArchivedOplog(store, CLUSTER, SET, temporary.resolve("segments"));
    Files.createDirectories(temporary.resolve("spool"));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @ParameterizedTest
  @MethodSource("captured")
  void shouldShowEveryExpectedStateAndLeadToTheLastOne(String name) throws IOException {
    List<Path> expected = archive(CapturedOplog.unpack(name, temporary));
    ExpectedState last = ExpectedState.read(expected.get(expected.size() - 1));
    for (int i = 0; i < expected.size() - 1; i++) {
      ExpectedState state = ExpectedState.read(expected.get(i));
      String id = "made-" + i;

      SnapshotManifest made = make(id, new RestoreTarget.At(state.optime()), () -> false);

      assertThat(made.kind()).isEqualTo(SnapshotKind.SYNTHETIC);
      assertThat(made.sets().get(0).start()).isEqualTo(made.sets().get(0).end());
      assertThat(asItLies(id).namespaces()).isEqualTo(state.namespaces());
      assertThat(restored(id, new RestoreTarget.At(state.optime()))).isEqualTo(state);
      if (i == 0) {
        assertThat(restored(id, new RestoreTarget.At(last.optime()))).isEqualTo(last);
      }
    }
    // Each was made of the one before, so that the first leads to all of them, step by step.
    assertThat(restored("made-" + (expected.size() - 2), new RestoreTarget.At(last.optime())))
        .isEqualTo(last);
    assertThat(verified()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("captured")
  void shouldStandAloneWhenEverythingBeforeItIsGone(String name) throws IOException {
    List<Path> expected = archive(CapturedOplog.unpack(name, temporary));
    ExpectedState middle = ExpectedState.read(expected.get(2));
    ExpectedState last = ExpectedState.read(expected.get(5));
    SnapshotSetManifest made =
        make("made", new RestoreTarget.At(middle.optime()), () -> false).sets().get(0);
    deleteAll(new ObjectKeys(CLUSTER).snapshotPrefix("base"));
    ArchiveIndex index = index();
    index.load(SET).segments().stream()
        .filter(segment -> !new Optime(segment.entry().getLastTs()).isAfter(made.end()))
        .forEach(segment -> store.delete(segment.entry().getObjectKey()));

    assertThat(restored("made", new RestoreTarget.At(middle.optime()))).isEqualTo(middle);
    assertThat(restored("made", LATEST).namespaces())
        .isEqualTo(restored("made", new RestoreTarget.At(last.optime())).namespaces());
    assertThat(restored("made", new RestoreTarget.At(last.optime()))).isEqualTo(last);
  }

  @Test
  void shouldHaveTheSameDigestsHoweverItIsMade() throws IOException {
    archive(CapturedOplog.unpack("mixed-13", temporary));
    RestoreTarget to = LATEST;
    SnapshotSetManifest one = make("one", to, () -> false).sets().get(0);
    deleteAll(new ObjectKeys(CLUSTER).snapshotPrefix("one"));

    SnapshotSetManifest other =
        synthetic()
            .make(
                CLUSTER,
                to,
                "other",
                settings(1, Compression.ZSTD),
                new MergeOptions(1, 0, temporary.resolve("spool")),
                meter(() -> false))
            .manifest()
            .sets()
            .get(0);

    assertThat(other.digest()).isEqualTo(one.digest());
    assertThat(other.oplog().orElseThrow().digest()).isEqualTo(one.oplog().orElseThrow().digest());
    assertThat(other.end()).isEqualTo(one.end());
    for (int i = 0; i < one.collections().size(); i++) {
      assertThat(other.collections().get(i).namespace())
          .isEqualTo(one.collections().get(i).namespace());
      assertThat(other.collections().get(i).digest()).isEqualTo(one.collections().get(i).digest());
    }
    assertThat(verified()).isEmpty();
  }

  @Test
  void shouldBringTheEntriesOfATransactionThatIsOpenAtItsMoment() throws IOException {
    importEmpty(1);
    oplog.append(
        List.of(
            entry(1, "'op': 'n', 'ns': '', 'o': {}"),
            entry(2, "'op': 'i', 'ns': 'shop.c', 'o': {'_id': 1}"),
            part(3, "'partialTxn': true", 0, 7),
            entry(4, "'op': 'i', 'ns': 'shop.c', 'o': {'_id': 2}"),
            part(5, "'count': {'$numberLong': '2'}", 3, 8),
            entry(6, "'op': 'n', 'ns': '', 'o': {}")),
        2);

    SnapshotSetManifest made = make("made", new RestoreTarget.At(at(4)), () -> false).sets().get(0);

    assertThat(made.fetchStart()).isEqualTo(at(3));
    assertThat(made.end()).isEqualTo(at(4));
    assertThat(made.oplog().orElseThrow().digest().count()).isEqualTo(2);
    assertThat(made.digest().count()).isEqualTo(2);
    deleteAll(new ObjectKeys(CLUSTER).snapshotPrefix("base"));
    oplog.segments().subList(0, 2).forEach(store::delete);
    assertThat(documents("made", LATEST)).isEqualTo(4);
  }

  @Test
  void shouldShowOneMomentOfAllReplicaSetsAndLeaveOpenWhatOneOfThemCommitsLater()
      throws IOException {
    ArchivedOplog others = new ArchivedOplog(store, CLUSTER, OTHER, temporary.resolve("segments"));
    emptyOf(List.of(SET, OTHER));
    oplog.append(
        List.of(
            entry(1, "'op': 'n', 'ns': '', 'o': {}"),
            entry(2, "'op': 'i', 'ns': 'shop.c', 'o': {'_id': 1}"),
            part(3, "'prepare': true", 0, 7),
            commit(5, 4),
            entry(8, "'op': 'n', 'ns': '', 'o': {}")),
        2);
    others.append(
        List.of(
            entry(1, "'op': 'n', 'ns': '', 'o': {}"),
            part(3, "'prepare': true", 0, 8),
            entry(6, "'op': 'i', 'ns': 'shop.c', 'o': {'_id': 2}"),
            commit(7, 4),
            entry(8, "'op': 'n', 'ns': '', 'o': {}")),
        2);

    SnapshotManifest made = make("made", new RestoreTarget.At(at(6)), () -> false);

    SnapshotSetManifest committed = made.set(SET).orElseThrow();
    SnapshotSetManifest open = made.set(OTHER).orElseThrow();
    assertThat(committed.digest().count()).isEqualTo(2);
    assertThat(open.digest().count()).isEqualTo(1);
    assertThat(open.fetchStart()).isEqualTo(at(3));
    assertThat(open.end()).isEqualTo(at(6));
    deleteAll(new ObjectKeys(CLUSTER).snapshotPrefix("base"));
    Path restored = dump("made", new RestoreTarget.At(at(6)));
    assertThat(documentsIn(restored.resolve("rs0"))).isEqualTo(2);
    assertThat(documentsIn(restored.resolve("rs1"))).isEqualTo(2);
    assertThat(verified()).isEmpty();
  }

  @Test
  void shouldNotWarnThatItEndsBeforeATransactionThatIsNotDecidedYet() throws IOException {
    ArchivedOplog others = new ArchivedOplog(store, CLUSTER, OTHER, temporary.resolve("segments"));
    emptyOf(List.of(SET, OTHER));
    List<BsonSlice> quiet =
        List.of(
            entry(1, "'op': 'n', 'ns': '', 'o': {}"),
            entry(
                2,
                "'op': 'c', 'ns': 'shop.$cmd', 'ui': {'$uuid': '00000000-0000-0001-0000-000000000001'},"
                    + " 'o': {'create': 'c'}"),
            entry(8, "'op': 'n', 'ns': '', 'o': {}"));
    List<BsonSlice> prepared = new ArrayList<>(quiet);
    prepared.add(2, part(5, "'prepare': true", 0, 7));
    oplog.append(prepared, 2);
    others.append(quiet, 2);
    ArchiveRestore asked =
        ArchiveRestore.plan(
            index(),
            new PlanRequest(LATEST, Optional.empty(), PlanCheck.HEADERS),
            Names.ALL,
            options());

    SyntheticSnapshot.Made made =
        synthetic()
            .make(
                CLUSTER,
                LATEST,
                "made",
                settings(64 << 10, Compression.GZIP),
                options(),
                meter(() -> false));

    assertThat(made.warnings()).isEmpty();
    assertThat(made.manifest().sets().get(0).end()).isEqualTo(at(2));
    assertThat(asked.plan().warnings())
        .singleElement()
        .asString()
        .contains("prepared on rs0 at " + at(5), "'latest' is the moment before it");
  }

  private MergeOptions options() {
    return new MergeOptions(2, 64 << 20, temporary.resolve("spool"));
  }

  private void emptyOf(List<ReplicaSetRef> sets) {
    List<SnapshotSetManifest> empty =
        sets.stream()
            .map(
                set ->
                    new SnapshotSetManifest(
                        set, "", "6.0.14", "6.0", at(1), at(1), at(1), List.of(), Optional.empty()))
            .toList();
    new SnapshotCatalogue(store, new ObjectKeys(CLUSTER))
        .complete(
            new SnapshotManifest(
                "base", CLUSTER, SnapshotKind.IMPORTED, Instant.EPOCH, Instant.EPOCH, empty));
  }

  private long documentsIn(Path folder) throws IOException {
    try (Dump dump = Dumps.open(folder)) {
      return new DumpDigester(temporary.resolve("spool"), 1 << 20)
          .digest(dump)
          .toJson()
          .at("/namespaces/shop.c/count")
          .asLong();
    }
  }

  @Test
  void shouldBringUsersWithTheVersionThatTellsTheirForm() throws IOException {
    Path base = temporary.resolve("with-users");
    try (DumpWriter writer = DumpWriter.create(base, false)) {
      write(writer, "system.users", "{'_id': 'shop.ann', 'user': 'ann', 'db': 'shop'}");
      write(writer, "system.version", "{'_id': 'authSchema', 'currentVersion': 5}");
      writer.finish(SnapshotTimes.at(at(1)));
    }
    importDump(base);
    oplog.append(
        List.of(
            entry(1, "'op': 'n', 'ns': '', 'o': {}"),
            entry(
                2,
                "'op': 'i', 'ns': 'admin.system.users',"
                    + " 'o': {'_id': 'shop.bob', 'user': 'bob', 'db': 'shop'}")),
        2);

    make("made", LATEST, () -> false);
    deleteAll(new ObjectKeys(CLUSTER).snapshotPrefix("base"));

    Path admin = dump("made", LATEST).resolve("admin");
    assertThat(admin.resolve("system.version.bson"))
        .hasSameBinaryContentAs(base.resolve("admin/system.version.bson"));
    assertThat(Files.readString(admin.resolve("system.users.bson"), ISO_8859_1))
        .contains("ann", "bob");
    assertThat(verified()).isEmpty();
  }

  private static void write(DumpWriter writer, String collection, String document)
      throws IOException {
    writer.metadata("admin", collection, CollectionMetadata.unknown());
    try (DocumentWriter documents = writer.documents("admin", collection)) {
      documents.write(slice(BsonDocument.parse(document)));
    }
  }

  @Test
  void shouldRegisterABaseFromTheOldestTransactionThatIsOpenAtItsMoment() throws IOException {
    oplog.append(
        List.of(
            entry(1, "'op': 'n', 'ns': '', 'o': {}"),
            part(2, "'partialTxn': true", 0, 7),
            entry(3, "'op': 'n', 'ns': '', 'o': {}"),
            part(4, "'count': {'$numberLong': '2'}", 2, 8)),
        2);
    SnapshotRegistration registration = new SnapshotRegistration(index(), Time.SYSTEM);

    SnapshotSetManifest open =
        registration.register("open", "a disk", Optional.empty(), at(3)).sets().get(0);
    SnapshotSetManifest settled =
        registration.register("settled", "a disk", Optional.of("rs0"), at(4)).sets().get(0);

    assertThat(open.fetchStart()).isEqualTo(at(2));
    assertThat(settled.fetchStart()).isEqualTo(at(4));
    assertThat(open.set()).isEqualTo(SET);
  }

  @Test
  void shouldLeaveNothingBehindWhenItIsCancelled() throws IOException {
    archive(CapturedOplog.unpack("crud-11", temporary));
    int[] asked = {0};

    assertThatThrownBy(() -> make("made", LATEST, () -> asked[0]++ > 50))
        .isInstanceOfSatisfying(
            TidemarkException.class,
            e -> assertThat(e.code()).isEqualTo(RestorerError.REQUEST_CANCELLED));

    assertThat(keys(new ObjectKeys(CLUSTER).snapshotPrefix("made"))).isEmpty();
    assertThat(temporary.resolve("spool")).isEmptyDirectory();
  }

  @Test
  void shouldSayThatThereIsNothingNewBehindTheNewestSnapshot() throws IOException {
    archive(CapturedOplog.unpack("crud-11", temporary));
    make("made", LATEST, () -> false);

    assertThatThrownBy(() -> make("again", LATEST, () -> false))
        .isInstanceOfSatisfying(
            TidemarkException.class,
            e -> assertThat(e.code()).isEqualTo(RestorerError.SNAPSHOT_UP_TO_DATE));
  }

  /** Takes the dump in as a snapshot and archives the oplog; returns the expected states. */
  private List<Path> archive(CapturedOplog captured) throws IOException {
    importDump(captured.dump());
    List<BsonSlice> entries = new ArrayList<>();
    try (DocumentReader reader = Dumps.documents(captured.oplog())) {
      for (BsonSlice entry = reader.next(); entry != null; entry = reader.next()) {
        entries.add(entry.compact());
      }
    }
    oplog.append(entries, 200);
    return captured.expected();
  }

  private void importDump(Path dump) throws IOException {
    try (Dump opened = Dumps.open(dump)) {
      new SnapshotImport(store, MultipartUpload.MIN_PART_BYTES, Time.SYSTEM)
          .run(opened, CLUSTER, SET, "base", count -> {});
    }
  }

  private void importEmpty(int second) throws IOException {
    Path dump = temporary.resolve("empty");
    try (DumpWriter writer = DumpWriter.create(dump, false)) {
      writer.finish(SnapshotTimes.at(at(second)));
    }
    importDump(dump);
  }

  private SyntheticSnapshot synthetic() {
    return new SyntheticSnapshot(store, MultipartUpload.MIN_PART_BYTES, Time.SYSTEM);
  }

  private SnapshotManifest make(String id, RestoreTarget to, BooleanSupplier cancelled)
      throws IOException {
    return synthetic()
        .make(
            CLUSTER,
            to,
            id,
            settings(64 << 10, Compression.GZIP),
            new MergeOptions(2, 64 << 20, temporary.resolve("spool")),
            meter(cancelled))
        .manifest();
  }

  private SnapshotSettings settings(long rangeBytes, Compression compression) {
    return new SnapshotSettings(
        2, rangeBytes, compression, temporary.resolve("spool"), Duration.ofSeconds(1));
  }

  private static SnapshotMeter meter(BooleanSupplier cancelled) {
    return new SnapshotMeter(new Throttle(0, Time.SYSTEM), cancelled);
  }

  private ArchiveIndex index() {
    return new ArchiveIndex(store, new ObjectKeys(CLUSTER));
  }

  private Path dump(String snapshot, RestoreTarget to) throws IOException {
    Path out = temporary.resolve("out-" + outputs++);
    ArchiveRestore.plan(
            index(),
            new PlanRequest(to, Optional.of(snapshot), PlanCheck.HEADERS),
            Names.ALL,
            new MergeOptions(2, 64 << 20, temporary.resolve("spool")))
        .toDump(out, false, MergeListener.NONE);
    return out;
  }

  private ExpectedState restored(String snapshot, RestoreTarget to) throws IOException {
    try (Dump dump = Dumps.open(dump(snapshot, to))) {
      return ExpectedState.of(
          new DumpDigester(temporary.resolve("spool"), 1 << 20).digest(dump).toJson());
    }
  }

  /** The files of a snapshot as a dump directory, which is what mongorestore sees. */
  private ExpectedState asItLies(String snapshot) throws IOException {
    Path files = temporary.resolve("bucket/shop/snapshots").resolve(snapshot).resolve(SET.name());
    try (Dump dump = Dumps.open(files)) {
      assertThat(dump.hasOplog()).isTrue();
      ObjectNode state =
          new DumpDigester(temporary.resolve("spool"), 1 << 20).digest(dump).toJson().deepCopy();
      state.putObject("ts").put("t", 0).put("i", 0);
      return ExpectedState.of(state);
    }
  }

  private long documents(String snapshot, RestoreTarget to) throws IOException {
    return restored(snapshot, to).namespaces().get("shop.c").path("count").asLong();
  }

  private List<?> verified() {
    return new ArchiveVerifier(index(), VerifyListener.SILENT, Instant::now).verify(true).defects();
  }

  private List<String> keys(String prefix) {
    try (Stream<String> keys = store.list(prefix).map(object -> object.key())) {
      return keys.toList();
    }
  }

  private void deleteAll(String prefix) {
    keys(prefix).forEach(store::delete);
  }

  private static Optime at(int second) {
    return Optime.of(1_700_000_000L + second, 1);
  }

  private static BsonSlice part(int second, String more, int previous, int id) {
    return entry(
        second,
        "'op': 'c', 'ns': 'admin.$cmd', 'lsid': {'id': 1}, 'txnNumber': {'$numberLong': '1'},"
            + " 'prevOpTime': {'ts': "
            + (previous == 0 ? "{'$timestamp': {'t': 0, 'i': 0}}" : timestamp(previous))
            + ", 't': {'$numberLong': '1'}}, 'o': {'applyOps': [{'op': 'i', 'ns': 'shop.c', 'o':"
            + " {'_id': "
            + id
            + "}}], "
            + more
            + "}");
  }

  private static BsonSlice commit(int second, int commitTimestamp) {
    return entry(
        second,
        "'op': 'c', 'ns': 'admin.$cmd', 'lsid': {'id': 1}, 'txnNumber': {'$numberLong': '1'},"
            + " 'o': {'commitTransaction': 1, 'commitTimestamp': "
            + timestamp(commitTimestamp)
            + "}");
  }

  private static String timestamp(int second) {
    return "{'$timestamp': {'t': " + at(second).seconds() + ", 'i': 1}}";
  }

  private static BsonSlice entry(int second, String fields) {
    BsonDocument entry =
        BsonDocument.parse(
            "{'ts': "
                + timestamp(second)
                + ", 't': {'$numberLong': '1'}, 'v': {'$numberLong': '2'}, "
                + fields
                + "}");
    return slice(entry);
  }

  private static BsonSlice slice(BsonDocument entry) {
    java.nio.ByteBuffer raw =
        new RawBsonDocument(entry, new BsonDocumentCodec()).getByteBuffer().asNIO();
    byte[] bytes = new byte[raw.remaining()];
    raw.get(bytes);
    return BsonSlice.of(bytes);
  }
}
