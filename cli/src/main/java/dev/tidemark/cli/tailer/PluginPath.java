package dev.tidemark.cli.tailer;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where Connect finds the connector as a plugin, with class loaders of its own. */
public final class PluginPath {

  private PluginPath() {}

  /**
   * The directory of plugins beside the jar of the commands. Empty when they run from a build's
   * classes; the connector is then found on the class path.
   */
  public static List<Path> installed() {
    try {
      Path jar =
          Path.of(PluginPath.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path plugins = jar.resolveSibling("plugins");
      return Files.isDirectory(plugins) ? List.of(plugins) : List.of();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the place of this jar is no path", e);
    }
  }
}
