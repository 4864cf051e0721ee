package dev.tidemark.cli.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archiver.error.ArchiverError;
import dev.tidemark.cli.error.CliError;
import dev.tidemark.monitor.MonitorConfig;
import dev.tidemark.monitor.connect.ConnectSettings;
import dev.tidemark.monitor.error.MonitorError;
import dev.tidemark.oplog.error.ErrorCode;
import dev.tidemark.oplog.error.OplogError;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.tailer.error.TailerError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whoever meets a code at night must find it in the docs. */
class RunbooksTest {

  private static final Path ROOT = Path.of("..");
  private static final List<Class<? extends ErrorCode>> KINDS =
      List.of(
          TailerError.class,
          ArchiverError.class,
          ArchiveError.class,
          RestorerError.class,
          OplogError.class,
          MonitorError.class,
          CliError.class);
  private static final Pattern ROW =
      Pattern.compile("^\\| `([A-Z_]+)` \\| \\S.* \\| \\S.* \\|$", Pattern.MULTILINE);

  @Test
  void shouldHaveALineForEveryErrorCodeAndNoOther() throws IOException {
    List<String> described = rows(ROOT.resolve("docs/errors.md"));

    assertThat(described)
        .as("docs/errors.md has one row for each code: | `CODE` | what happened | what to do |")
        .containsExactlyInAnyOrderElementsOf(
            KINDS.stream()
                .flatMap(kind -> Arrays.stream(kind.getEnumConstants()))
                .map(ErrorCode::name)
                .toList());
  }

  @Test
  void shouldKnowEveryKindOfErrorCode() throws IOException {
    Set<String> inSources = new TreeSet<>();
    try (Stream<Path> files = Files.walk(ROOT, 12)) {
      files
          .filter(file -> file.toString().endsWith("Error.java"))
          .filter(file -> file.toString().contains("src/main"))
          .filter(file -> read(file).contains("implements ErrorCode"))
          .forEach(file -> inSources.add(file.getFileName().toString().replace(".java", "")));
    }

    assertThat(KINDS.stream().map(Class::getSimpleName).collect(Collectors.toSet()))
        .isEqualTo(inSources);
  }

  /** The monitor does not depend on the tailer, so it has a list of its own. */
  @Test
  void shouldRestartTasksAfterWhatTheTailerCallsRetriable() {
    assertThat(MonitorConfig.DEFINITION.defaultValues().get(ConnectSettings.CODES_CONFIG))
        .isEqualTo(
            Arrays.stream(TailerError.values())
                .filter(TailerError::retriable)
                .map(TailerError::name)
                .toList());
  }

  private static List<String> rows(Path document) {
    Matcher rows = ROW.matcher(read(document));
    return rows.results().map(row -> row.group(1)).toList();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
