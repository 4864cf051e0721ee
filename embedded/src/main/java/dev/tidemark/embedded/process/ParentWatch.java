package dev.tidemark.embedded.process;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * The main class of a child JVM: runs another main class and ends the process when the parent is
 * gone. The parent holds the other end of standard input; however the parent ends, the system
 * closes it.
 *
 * <p>Uses nothing but the JDK, because the child's class path is not ours.
 */
public final class ParentWatch {

  private ParentWatch() {}

  /**
   * @param args the main class to run, and its arguments
   */
  public static void main(String[] args) throws Throwable {
    Thread watch = new Thread(ParentWatch::endWithParent, "parent-watch");
    watch.setDaemon(true);
    watch.start();
    try {
      Class.forName(args[0])
          .getMethod("main", String[].class)
          .invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static void endWithParent() {
    try {
      while (System.in.read() >= 0) {
        // The parent writes nothing; only the end of the stream counts.
      }
    } catch (IOException e) {
      System.err.println("parent is gone: " + e);
    }
    // Not exit(): shutdown hooks could wait for a parent that is not there any more.
    Runtime.getRuntime().halt(0);
  }
}
