package dev.tidemark.archive.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every object store promises; each implementation runs it. */
abstract class ObjectStoreContract {

  /** An empty store. */
  abstract ObjectStore store();

  private static ObjectContent text(String text) {
    return ObjectContent.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private String read(String key) {
    return new String(store().read(key), StandardCharsets.UTF_8);
  }

  @Test
  void shouldReadBackWhatWasPut() throws IOException {
    PutResult result = store().put("c/a.avro", text("hello"), PutCondition.always());

    assertThat(result.isStored()).isTrue();
    assertThat(read("c/a.avro")).isEqualTo("hello");
    try (InputStream in = store().open("c/a.avro")) {
      assertThat(in.readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("hello");
    }
    assertThat(store().head("c/a.avro"))
        .hasValueSatisfying(
            info -> {
              assertThat(info.key()).isEqualTo("c/a.avro");
              assertThat(info.size()).isEqualTo(5);
              assertThat(info.etag()).isEqualTo(result.etag());
            });
  }

  @Test
  void shouldStoreEmptyObjects() {
    store().put("empty", text(""), PutCondition.always());

    assertThat(store().read("empty")).isEmpty();
    assertThat(store().head("empty")).hasValueSatisfying(i -> assertThat(i.size()).isZero());
  }

  @Test
  void shouldReadRangesAndCutThemAtTheEnd() throws IOException {
    store().put("r", text("0123456789"), PutCondition.always());

    assertThat(store().read("r", new ByteRange(2, 3))).isEqualTo(bytes("234"));
    assertThat(store().read("r", new ByteRange(8, 100))).isEqualTo(bytes("89"));
    assertThat(store().read("r", new ByteRange(10, 5))).isEmpty();
    assertThat(store().read("r", new ByteRange(99, 5))).isEmpty();
    try (InputStream in = store().open("r", new ByteRange(4, 2))) {
      assertThat(in.readAllBytes()).isEqualTo(bytes("45"));
    }
    try (InputStream in = store().open("r", new ByteRange(40, 2))) {
      assertThat(in.readAllBytes()).isEmpty();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** More than a client has connections. */
  int streamsLeft() {
    return 60;
  }

  @Test
  void shouldLeaveLargeStreamsEarlyWithoutHarm() throws IOException {
    byte[] large = new byte[3 * 1024 * 1024];
    new Random(1).nextBytes(large);
    store().put("large", ObjectContent.of(large), PutCondition.always());

    for (int i = 0; i < streamsLeft(); i++) {
      try (InputStream in = store().open("large")) {
        assertThat(in.read()).isEqualTo(large[0] & 0xFF);
      }
    }
    assertThat(store().read("large")).isEqualTo(large);
  }

  @Test
  void shouldSayWhichObjectIsMissing() {
    assertThat(store().head("no/such")).isEmpty();
    for (ThrowingRead read :
        List.<ThrowingRead>of(
            () -> store().read("no/such"),
            () -> store().read("no/such", new ByteRange(0, 1)),
            () -> store().open("no/such").close())) {
      assertThatExceptionOfType(ArchiveException.class)
          .isThrownBy(read::run)
          .satisfies(e -> assertThat(e.error()).isEqualTo(ArchiveError.ARCHIVE_OBJECT_MISSING))
          .withMessageContaining("no/such");
    }
  }

  private interface ThrowingRead {
    void run() throws IOException;
  }

  @Test
  void shouldKeepTheFirstObjectWhenSecondPutWantsAbsence() {
    assertThat(store().put("k", text("first"), PutCondition.ifAbsent()).isStored()).isTrue();
    assertThat(store().put("k", text("second"), PutCondition.ifAbsent()).isStored()).isFalse();

    assertThat(read("k")).isEqualTo("first");
  }

  @Test
  void shouldLetExactlyOneOfManyWritersWin() throws Exception {
    int writers = 8;
    ExecutorService executor = Executors.newFixedThreadPool(writers);
    try {
      for (int round = 0; round < 5; round++) {
        String key = "race/" + round;
        CyclicBarrier start = new CyclicBarrier(writers);
        List<Future<Boolean>> results = new ArrayList<>();
        for (int w = 0; w < writers; w++) {
          String content = "writer " + w;
          results.add(
              executor.submit(
                  () -> {
                    start.await();
                    return store().put(key, text(content), PutCondition.ifAbsent()).isStored();
                  }));
        }
        List<String> winners = new ArrayList<>();
        for (int w = 0; w < writers; w++) {
          if (results.get(w).get()) {
            winners.add("writer " + w);
          }
        }
        assertThat(winners).containsExactly(read(key));
      }
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void shouldReplaceOnlyTheObjectThatWasRead() {
    String first = store().put("m", text("1"), PutCondition.always()).etag();
    PutResult second = store().put("m", text("2"), PutCondition.ifMatch(first));

    assertThat(second.isStored()).isTrue();
    assertThat(store().put("m", text("3"), PutCondition.ifMatch(first)).isStored()).isFalse();
    assertThat(read("m")).isEqualTo("2");
    assertThat(store().put("gone", text("3"), PutCondition.ifMatch(first)).isStored()).isFalse();
    assertThat(store().head("gone")).isEmpty();
  }

  @Test
  void shouldReplaceUnconditionally() {
    store().put("u", text("a much longer first content"), PutCondition.always());
    store().put("u", text("short"), PutCondition.always());

    assertThat(read("u")).isEqualTo("short");
  }

  @Test
  void shouldListInKeyOrderBelowAPrefixAndAfterAKey() {
    for (String key :
        List.of("c/x-1/b", "c/x/a", "c/x/b", "c/x/b/1", "c/x.y", "d/z", "c/w", "c/x/2/q")) {
      if (!key.equals("c/x/b/1")) {
        store().put(key, text(key), PutCondition.always());
      }
    }

    assertThat(keys("", ""))
        .containsExactly("c/w", "c/x-1/b", "c/x.y", "c/x/2/q", "c/x/a", "c/x/b", "d/z");
    assertThat(keys("c/x/", "")).containsExactly("c/x/2/q", "c/x/a", "c/x/b");
    assertThat(keys("c/x", "c/x.y")).containsExactly("c/x/2/q", "c/x/a", "c/x/b");
    assertThat(keys("c/", "c/x/2/q")).containsExactly("c/x/a", "c/x/b");
    assertThat(keys("c/", "c/x/3")).containsExactly("c/x/a", "c/x/b");
    assertThat(keys("nothing/", "")).isEmpty();
  }

  private List<String> keys(String prefix, String startAfter) {
    return store().list(prefix, startAfter).map(ObjectInfo::key).toList();
  }

  @Test
  void shouldListMoreThanOnePage() {
    for (int i = 0; i < 1_100; i++) {
      store().put(String.format("p/%05d", i), text("x"), PutCondition.always());
    }

    assertThat(store().list("p/").count()).isEqualTo(1_100);
    assertThat(store().list("p/", "p/01097").map(ObjectInfo::key))
        .containsExactly("p/01098", "p/01099");
  }

  @Test
  void shouldNameTheFoldersBelowAPrefix() {
    store().put("a/oplog/rs0/1", text("x"), PutCondition.always());
    store().put("a/index/rs0/1", text("x"), PutCondition.always());
    store().put("a/readme", text("x"), PutCondition.always());
    store().put("b/oplog/rs0/1", text("x"), PutCondition.always());

    assertThat(store().folders("")).containsExactly("a", "b");
    assertThat(store().folders("a/")).containsExactly("index", "oplog");
    assertThat(store().folders("zzz/")).isEmpty();
  }

  @Test
  void shouldDeleteAsOftenAsAsked() {
    store().put("d/1", text("x"), PutCondition.always());

    store().delete("d/1");
    store().delete("d/1");

    assertThat(store().head("d/1")).isEmpty();
    assertThat(store().list("d/")).isEmpty();
  }

  @Test
  void shouldPutPartsTogetherInTheOrderOfTheirNumbers() {
    byte[] first = new byte[MultipartUpload.MIN_PART_BYTES];
    byte[] second = new byte[MultipartUpload.MIN_PART_BYTES];
    new Random(2).nextBytes(first);
    new Random(3).nextBytes(second);
    try (MultipartUpload upload = store().startUpload("mp")) {
      upload.part(70, ObjectContent.of(bytes("end")));
      upload.part(7, ObjectContent.of(second));
      upload.part(2, ObjectContent.of(first));
      assertThat(store().head("mp")).isEmpty();
      assertThat(upload.complete().size()).isEqualTo(first.length + second.length + 3L);
    }

    byte[] whole = store().read("mp");
    assertThat(whole).startsWith(first).endsWith(bytes("end"));
    assertThat(store().read("mp", new ByteRange(first.length, second.length))).isEqualTo(second);
  }

  @Test
  void shouldLeaveNothingBehindWhenAnUploadIsGivenUp() {
    try (MultipartUpload upload = store().startUpload("given/up")) {
      upload.part(1, ObjectContent.of(bytes("part")));
    }

    assertThat(store().head("given/up")).isEmpty();
    assertThat(store().list("")).isEmpty();
  }

  @Test
  void shouldUploadStreamsOfUnknownLengthInParallelParts() throws IOException {
    byte[] content = new byte[2 * MultipartUpload.MIN_PART_BYTES + 12_345];
    new Random(4).nextBytes(content);
    ExecutorService executor = Executors.newFixedThreadPool(2);
    try (UploadStream out =
        new UploadStream(
            store().startUpload("stream"), MultipartUpload.MIN_PART_BYTES, 2, executor)) {
      out.write(content[0]);
      out.write(content, 1, content.length - 1);
      assertThat(out.complete().size()).isEqualTo(content.length);
      assertThat(out.written()).isEqualTo(content.length);
    } finally {
      executor.shutdownNow();
    }

    assertThat(store().read("stream")).isEqualTo(content);
  }

  @Test
  void shouldUploadAnEmptyStream() {
    try (UploadStream out =
        new UploadStream(
            store().startUpload("none"), MultipartUpload.MIN_PART_BYTES, 1, Runnable::run)) {
      assertThat(out.complete().size()).isZero();
    }
  }
}
