package dev.tidemark.embedded.process;

import dev.tidemark.embedded.stack.StackException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A JVM that runs beside this one and never outlives it, however this one ends. What it prints goes
 * to a file. Thread-safe.
 */
public final class ChildJvm implements AutoCloseable {

  private static final long END_SECONDS = 10;

  /** Enough for a stack trace and the message before it. */
  private static final int LAST_LINES = 60;

  private final String part;
  private final Process process;
  private final Path log;

  private ChildJvm(String part, Process process, Path log) {
    this.part = part;
    this.process = process;
    this.log = log;
  }

  /** Starts a JVM of the same installation as this one, with this one's environment. */
  public static ChildJvm start(
      String part,
      List<String> options,
      List<Path> classPath,
      String mainClass,
      List<String> arguments,
      Path log) {
    return start(part, Map.of(), options, classPath, mainClass, arguments, log);
  }

  /**
   * Starts a JVM of the same installation as this one.
   *
   * @param part what it is, for messages
   * @param variables what is added to this one's environment
   * @param options options of the JVM
   * @param classPath the class path; this class's own is put in front
   * @param mainClass the class to run
   * @param arguments what its main method is given
   * @param log receives standard output and error
   */
  public static ChildJvm start(
      String part,
      Map<String, String> variables,
      List<String> options,
      List<Path> classPath,
      String mainClass,
      List<String> arguments,
      Path log) {
    List<Path> path = new ArrayList<>();
    path.add(CodeSource.of(ParentWatch.class));
    path.addAll(classPath);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add("-cp");
    command.add(path.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
    command.add(ParentWatch.class.getName());
    command.add(mainClass);
    command.addAll(arguments);
    try {
      Files.createDirectories(log.toAbsolutePath().getParent());
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .redirectInput(ProcessBuilder.Redirect.PIPE);
      builder.environment().putAll(variables);
      return new ChildJvm(part, builder.start(), log);
    } catch (IOException e) {
      throw new StackException(part, "the child process cannot be started", e);
    }
  }

  /** The class path of this JVM, for a child that runs the same code. */
  public static List<Path> ownClassPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .toList();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Process id, for tests that look after what is left running. */
  public long pid() {
    return process.pid();
  }

  /**
   * Processor time that all its threads have used so far, those that ended included.
   *
   * @throws StackException if it has ended, or if the system does not tell
   */
  public Duration cpuTime() {
    return process
        .info()
        .totalCpuDuration()
        .orElseThrow(
            () ->
                new StackException(part, "its processor time is not known: " + lastWords(), null));
  }

  /** SIGKILL: the child ends without another word. Returns once it is gone. */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** SIGTERM: the child ends in its own order. */
  public void terminate() {
    // Not destroy(): it also closes standard input, whose end the child takes for ours.
    signal("TERM");
  }

  /** SIGSTOP: the child stands still, as a machine that swaps or a paused container does. */
  public void suspend() {
    signal("STOP");
  }

  /** SIGCONT: a suspended child goes on where it stood. */
  public void resume() {
    signal("CONT");
  }

  /**
   * Waits until the child has ended.
   *
   * @return its exit code; empty if it still runs after that long
   */
  public OptionalInt awaitEnd(Duration patience) throws InterruptedException {
    return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)
        ? OptionalInt.of(process.exitValue())
        : OptionalInt.empty();
  }

  private void signal(String name) {
    try {
      int code =
          new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
              .inheritIO()
              .start()
              .waitFor();
      if (code != 0) {
        throw new StackException(part, "signal " + name + " was not sent", null);
      }
    } catch (IOException e) {
      throw new StackException(part, "signal " + name + " was not sent", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException(part, "signal " + name + " was not awaited", e);
    }
  }

  /** The last lines the child printed. */
  public String lastWords() {
    try {
      List<String> lines =
          Files.readString(log, StandardCharsets.UTF_8).lines().collect(Collectors.toList());
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    } catch (IOException e) {
      return "(" + log + " cannot be read)";
    }
  }

  /** Ends the child and returns once it is gone. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return part + " (process " + process.pid() + ")";
  }
}
