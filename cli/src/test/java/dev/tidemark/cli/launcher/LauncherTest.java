package dev.tidemark.cli.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code tidemark}, copied into trees of its own. */
class LauncherTest {

  private static final String TOOLS = "/usr/bin:/bin";

  @TempDir private Path directory;
  private Path tree;
  private Path bin;

  @BeforeEach
  void copyLauncher() throws IOException {
    tree = Files.createDirectories(directory.resolve("tree"));
    bin = Files.createDirectories(directory.resolve("bin"));
    Files.copy(Path.of("..", "tidemark"), tree.resolve("tidemark"));
    executable(tree.resolve("tidemark"));
    Files.writeString(tree.resolve("pom.xml"), "");
  }

  @Test
  void shouldExitWith2AndOneLineWhenTheJdkIsTooOld() throws Exception {
    Result result = launch(Map.of("JAVA_HOME", jdk("11.0.22").toString()));
    assertThat(result.code).isEqualTo(2);
    assertThat(result.err)
        .hasLineCount(1)
        .contains("is version 11.0.22; install a JDK 17 or newer, or set JAVA_HOME");
  }

  @Test
  void shouldExitWith2AndOneLineWhenJavaHomeIsNoJdk() throws Exception {
    Result result = launch(Map.of("JAVA_HOME", directory.resolve("nowhere").toString()));
    assertThat(result.code).isEqualTo(2);
    assertThat(result.err).hasLineCount(1).contains("there is no bin/java in it");
  }

  @Test
  void shouldExitWith2AndOneLineWhenMavenIsTooOld() throws Exception {
    script(bin.resolve("mvn"), "echo 'Apache Maven 3.6.3 (abc)'");
    Result result = launch(Map.of("JAVA_HOME", jdk("17.0.9").toString()));
    assertThat(result.code).isEqualTo(2);
    assertThat(result.err)
        .hasLineCount(1)
        .contains("Maven 3.6.3 is too old; install Maven 3.8.7 or newer");
  }

  @Test
  void shouldShowTheErrorsAndExitWith2WhenTheBuildFails() throws Exception {
    script(
        bin.resolve("mvn"),
        "[ \"$1\" = -v ] && echo 'Apache Maven 3.9.9 (abc)' && exit 0",
        "echo '[ERROR] no luck'",
        "exit 1");
    Result result = launch(Map.of("JAVA_HOME", jdk("21").toString()));
    assertThat(result.code).isEqualTo(2);
    assertThat(result.err).contains("building for the first time", "no luck", "the build failed");
  }

  @Test
  void shouldStartTheJarWithTheArgumentsWhenCalledThroughALinkFromElsewhere() throws Exception {
    Path app = Files.createDirectories(tree.resolve("cli/target/tidemark/lib")).getParent();
    Files.writeString(app.resolve("tidemark.jar"), "");
    Files.createSymbolicLink(directory.resolve("link"), Path.of("tree", "tidemark"));
    Result result =
        run(
            Map.of("JAVA_HOME", jdk("17.0.9").toString(), "TIDEMARK_BUILD", "never"),
            directory.resolve("link").toString(),
            "list",
            "two words");
    assertThat(result.code).isZero();
    assertThat(result.out.lines())
        .contains(app.resolve("tidemark.jar").toRealPath().toString(), "list", "two words");
  }

  private Path jdk(String version) throws IOException {
    Path home = directory.resolve("jdk-" + version);
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    script(home.resolve("bin/java"), "for arg in \"$@\"; do echo \"$arg\"; done");
    script(home.resolve("bin/javac"), "exit 0");
    return home;
  }

  private static void script(Path path, String... lines) throws IOException {
    Files.writeString(path, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    executable(path);
  }

  private static void executable(Path path) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Result launch(Map<String, String> environment) throws Exception {
    return run(environment, tree.resolve("tidemark").toString());
  }

  private Result run(Map<String, String> environment, String... command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", bin + ":" + TOOLS);
    builder.environment().putAll(environment);
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    int code = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start().waitFor();
    return new Result(
        code,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  private record Result(int code, String out, String err) {}
}
