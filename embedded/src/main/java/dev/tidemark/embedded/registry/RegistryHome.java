package dev.tidemark.embedded.registry;

import dev.tidemark.embedded.process.CodeSource;
import dev.tidemark.embedded.stack.StackException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The unpacked distribution of the registry server. The build lays it beside this module's classes
 * ({@code embedded/target/registry}); the system property {@value #PROPERTY} names another place.
 *
 * @param runner the jar to start; it names the others on its class path
 */
record RegistryHome(Path runner) {

  static final String PROPERTY = "tidemark.registry.home";

  static RegistryHome find() {
    String configured = System.getProperty(PROPERTY);
    Path home =
        configured != null
            ? Path.of(configured)
            : CodeSource.of(RegistryHome.class).resolveSibling("registry");
    return runnerIn(home)
        .map(RegistryHome::new)
        .orElseThrow(
            () ->
                new StackException(
                    "registry",
                    "its distribution is not in "
                        + home
                        + "; build the module embedded, or set -D"
                        + PROPERTY,
                    null));
  }

  private static Optional<Path> runnerIn(Path home) {
    if (!Files.isDirectory(home)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.list(home)) {
      return files.filter(f -> f.getFileName().toString().endsWith("-runner.jar")).findFirst();
    } catch (IOException e) {
      throw new StackException("registry", home + " cannot be read", e);
    }
  }
}
