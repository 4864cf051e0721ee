package dev.tidemark.embedded.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildJvmIT {

  @TempDir private Path directory;

  @Test
  void shouldEndTheChildWhenItsParentIsKilled() throws Exception {
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Parent.class.getName(),
                directory.resolve("child.log").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader output = parent.inputReader(StandardCharsets.UTF_8)) {
      ProcessHandle child = ProcessHandle.of(Long.parseLong(output.readLine())).orElseThrow();
      assertThat(child.isAlive()).isTrue();

      parent.destroyForcibly().waitFor();

      await().atMost(Duration.ofSeconds(20)).until(() -> !child.isAlive());
    } finally {
      parent.destroyForcibly();
    }
  }

  @Test
  void shouldKeepTheLastWordsWhenTheChildEndsByItself() {
    ChildJvm child =
        ChildJvm.start(
            "probe",
            List.of(),
            testClasses(),
            Talker.class.getName(),
            List.of("no", "luck"),
            directory.resolve("log"));
    await().atMost(Duration.ofSeconds(20)).until(() -> !child.isAlive());
    assertThat(child.lastWords()).isEqualTo("no luck");
  }

  @Test
  void shouldStandStillWhileSuspendedAndEndWhenAsked() throws Exception {
    try (ChildJvm child =
        ChildJvm.start(
            "probe",
            List.of(),
            testClasses(),
            Sleeper.class.getName(),
            List.of(),
            directory.resolve("log"))) {
      child.suspend();
      child.terminate();
      assertThat(child.awaitEnd(Duration.ofMillis(300))).isEmpty();

      child.resume();

      assertThat(child.awaitEnd(Duration.ofSeconds(20))).hasValue(128 + 15);
    }
  }

  private static List<Path> testClasses() {
    return List.of(CodeSource.of(ChildJvmIT.class));
  }

  /** Starts a child, prints its process id and stays. */
  static final class Parent {
    private Parent() {}

    public static void main(String[] args) throws Exception {
      ChildJvm child =
          ChildJvm.start(
              "probe",
              List.of(),
              testClasses(),
              Sleeper.class.getName(),
              List.of(),
              Path.of(args[0]));
      System.out.println(child.pid());
      new CountDownLatch(1).await();
    }
  }

  /** Stays for ever. */
  public static final class Sleeper {
    private Sleeper() {}

    public static void main(String[] args) throws Exception {
      new CountDownLatch(1).await();
    }
  }

  /** Says something and ends. */
  public static final class Talker {
    private Talker() {}

    public static void main(String[] args) {
      System.out.println(String.join(" ", args));
    }
  }
}
