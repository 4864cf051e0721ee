package dev.tidemark.restorer.config;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** How workers call themselves. */
public final class WorkerIds {

  private WorkerIds() {}

  /** The configured name; if it is empty the host's name and the process's number. */
  public static String of(String configured) {
    return configured.isEmpty() ? host() + "-" + ProcessHandle.current().pid() : configured;
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      // A machine without a name of its own; the process's number is enough to tell workers apart.
      return "worker";
    }
  }
}
