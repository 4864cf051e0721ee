package dev.tidemark.restorer.restore;

import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.merge.MergeReport;
import dev.tidemark.restorer.sink.ReadBack;
import dev.tidemark.schemas.request.VerifyLevel;
import dev.tidemark.schemas.status.RestoredNamespace;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Compares what is on a target with what was written.
 *
 * <p>{@code FULL} reads every document back. {@code SAMPLE} does so for collections up to 64 MiB
 * and counts the others, {@code COUNT} counts, {@code NONE} looks at nothing.
 */
final class Verification {

  private static final long SAMPLE_BYTES = 64L << 20;

  private final ReadBack readBack;
  private final VerifyLevel level;
  private final int parallelism;
  private final RestoreProgress progress;

  Verification(ReadBack readBack, VerifyLevel level, int parallelism, RestoreProgress progress) {
    this.readBack = readBack;
    this.level = level;
    this.parallelism = parallelism;
    this.progress = progress;
  }

  /**
   * Looks at all collections.
   *
   * @return what was found, in the order of the report
   * @throws TidemarkException VERIFICATION_FAILED if something differs
   */
  List<RestoredNamespace> run(MergeReport report) {
    ExecutorService readers = Executors.newFixedThreadPool(parallelism);
    try {
      List<CompletableFuture<RestoredNamespace>> checks = new ArrayList<>();
      for (MergeReport.Written written : report.collections()) {
        checks.add(CompletableFuture.supplyAsync(() -> check(written), readers));
      }
      List<RestoredNamespace> checked = new ArrayList<>();
      for (CompletableFuture<RestoredNamespace> check : checks) {
        checked.add(join(check));
      }
      if (level != VerifyLevel.NONE) {
        requireEqual(checked);
      }
      return checked;
    } finally {
      readers.shutdownNow();
    }
  }

  private RestoredNamespace check(MergeReport.Written written) {
    return namespace(written, matches(written));
  }

  private boolean matches(MergeReport.Written written) {
    if (level == VerifyLevel.NONE) {
      return false;
    }
    if (written.collection().metadata().isView()) {
      return readBack.exists(written.collection());
    }
    DocumentSum.Digest digest = written.digest();
    if (level == VerifyLevel.COUNT
        || (level == VerifyLevel.SAMPLE && digest.bytes() > SAMPLE_BYTES)) {
      progress.done(digest.count());
      return readBack.count(written.collection()) == digest.count();
    }
    ReadBack.Found found = readBack.read(written.collection(), progress::done);
    return found.digest().equals(digest)
        && written.ordered().map(ordered -> ordered.equals(found.ordered())).orElse(true);
  }

  private void requireEqual(List<RestoredNamespace> checked) {
    List<String> different =
        checked.stream()
            .filter(namespace -> !namespace.getVerified())
            .map(RestoredNamespace::getNs)
            .toList();
    if (!different.isEmpty()) {
      throw new TidemarkException(
          RestorerError.VERIFICATION_FAILED,
          "What was read back differs from what was written: " + String.join(", ", different),
          readBack.location(),
          "Make sure that nobody else writes into the target, then restore again with drop: true and"
              + " a new id");
    }
  }

  static RestoredNamespace namespace(MergeReport.Written written, boolean verified) {
    return RestoredNamespace.newBuilder()
        .setNs(written.collection().namespace())
        .setType(written.collection().metadata().type())
        .setDocuments(written.digest().count())
        .setBytes(written.digest().bytes())
        .setDigest(written.digest().hex())
        .setVerified(verified)
        .build();
  }

  private static RestoredNamespace join(CompletableFuture<RestoredNamespace> check) {
    try {
      return check.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }
}
