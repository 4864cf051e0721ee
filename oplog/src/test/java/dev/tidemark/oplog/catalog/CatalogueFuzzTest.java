package dev.tidemark.oplog.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.fixture.CapturedOplog;
import dev.tidemark.oplog.fixture.Documents;
import dev.tidemark.oplog.fixture.Fixtures;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.oplog.txn.ApplyWindow;
import dev.tidemark.oplog.txn.TransactionAssembler;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged entries end in a failure with a code or in nothing, never in another exception. */
class CatalogueFuzzTest {

  private static final int ROUNDS = 20_000;

  private static final List<String> COMMANDS =
      List.of(
          "{create: 'c', idIndex: {v: 2, key: {_id: 1}, name: '_id_'}, collation: {locale: 'en'}}",
          "{create: 'c', clusteredIndex: {v: 2, key: {_id: 1}, name: '_id_', unique: true}}",
          "{create: 'system.buckets.s', timeseries: {timeField: 't', metaField: 'm'}}",
          "{create: 'v', viewOn: 'c', pipeline: []}",
          "{collMod: 'c', index: {name: 'n_1', expireAfterSeconds: 1, hidden: true}}",
          "{collMod: 'c', validator: {n: 1}, changeStreamPreAndPostImages: {enabled: true}}",
          "{collMod: 'system.buckets.s', timeseries: {granularity: 'hours'}}",
          "{collMod: 'c', index: {keyPattern: {n: 1}, prepareUnique: true}, cappedSize: 1}",
          "{drop: 'c'}",
          "{dropDatabase: 1}",
          "{renameCollection: 'db.c', to: 'db.d', dropTarget: true, stayTemp: false}",
          "{createIndexes: 'c', v: 2, key: {n: 1}, name: 'n_1', expireAfterSeconds: 1}",
          "{createIndexes: 'system.buckets.s', key: {meta: 1}, name: 'x', originalSpec: {}}",
          "{commitIndexBuild: 'c', indexes: [{key: {n: 1}, name: 'n_1'}]}",
          "{startIndexBuild: 'c', indexes: [{key: {n: 1}, name: 'n_1'}]}",
          "{dropIndexes: 'c', index: {n: 1}}",
          "{emptycapped: 'c'}",
          "{truncateRange: 'db.c'}");

  @TempDir private Path temporary;

  @Test
  void shouldFailWithCodeWhenBytesAreDamaged() {
    List<BsonSlice> entries =
        Fixtures.documents(CapturedOplog.DDL.unpack(temporary).resolve("oplog.bson"));
    List<BsonSlice> commands =
        entries.stream()
            .filter(
                entry -> {
                  OplogEntry read = OplogEntry.read(entry);
                  return read.op().equals("c") || read.namespace().endsWith("system.views");
                })
            .toList();
    Random random = new Random(1);
    Subject subject = new Subject();
    for (int i = 0; i < ROUNDS; i++) {
      byte[] bytes = commands.get(random.nextInt(commands.size())).toByteArray();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        bytes[4 + random.nextInt(bytes.length - 5)] = (byte) random.nextInt(256);
      }
      subject.take(bytes);
    }
    assertThat(subject.failures).isPositive();
    assertThat(subject.accepted).isPositive();
  }

  @Test
  void shouldFailWithCodeWhenFieldsHaveOtherTypes() {
    Random random = new Random(2);
    Subject subject = new Subject();
    for (int i = 0; i < ROUNDS; i++) {
      BsonDocument command = BsonDocument.parse(COMMANDS.get(random.nextInt(COMMANDS.size())));
      damage(command, random);
      BsonDocument entry =
          BsonDocument.parse("{op: 'c', ns: 'db.$cmd', t: 1, v: 2}")
              .append("ts", Optime.of(1 + random.nextInt(2), 1).toTimestamp())
              .append("o", command);
      subject.take(Documents.of(entry).toByteArray());
    }
    assertThat(subject.failures).isPositive();
    assertThat(subject.accepted).isPositive();
  }

  private static void damage(BsonDocument document, Random random) {
    List<String> names = new ArrayList<>(document.keySet());
    if (names.isEmpty()) {
      return;
    }
    String name = names.get(random.nextInt(names.size()));
    BsonValue value = document.get(name);
    if (value.isDocument() && random.nextBoolean()) {
      damage(value.asDocument(), random);
    } else {
      document.put(name, random(random));
    }
  }

  private static BsonValue random(Random random) {
    return switch (random.nextInt(7)) {
      case 0 -> new BsonInt32(random.nextInt());
      case 1 -> new BsonString(random.nextBoolean() ? "" : "c");
      case 2 -> new BsonDocument("name", new BsonInt32(1));
      case 3 -> new BsonArray(List.of(new BsonInt32(1)));
      case 4 -> BsonNull.VALUE;
      case 5 -> BsonBoolean.valueOf(random.nextBoolean());
      default -> new BsonDocument();
    };
  }

  /** An assembler and a catalogue, new after every failure. */
  private static final class Subject {

    private TransactionAssembler assembler;
    private Catalogue catalogue;
    private int accepted;
    private int failures;

    Subject() {
      renew();
    }

    private void renew() {
      assembler = new TransactionAssembler(ApplyWindow.ofReplicaSet(Optime.ZERO, Optime.MAX));
      catalogue = new Catalogue(Optime.of(1, 1));
    }

    void take(byte[] bytes) {
      try {
        assembler.accept(OplogEntry.read(bytes), catalogue::apply);
        catalogue.alive();
        accepted++;
      } catch (TidemarkException e) {
        assertThat(e.code()).isNotNull();
        failures++;
        renew();
      }
    }
  }
}
