package dev.tidemark.embedded.process;

import java.net.URISyntaxException;
import java.nio.file.Path;

/** Where classes were loaded from. */
public final class CodeSource {

  private CodeSource() {}

  /** The jar file or directory of classes that holds a class. */
  public static Path of(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("not loaded from a file: " + type.getName(), e);
    }
  }
}
