package dev.tidemark.embedded.stack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/**
 * Ports of the loopback interface.
 *
 * <p>A free port can be taken by another process before its server binds it. The kernel hands them
 * out in turn, so that this does not happen in practice.
 */
public final class Ports {

  /** Stands for a port that is free, whichever. */
  public static final int ANY = 0;

  private Ports() {}

  /** A port on which nobody listens now. */
  public static int free(String part) {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new StackException(part, "no port of 127.0.0.1 can be opened", e);
    }
  }

  /**
   * The port to use.
   *
   * @param part who wants it
   * @param wanted a port, or {@link #ANY}
   * @throws PortInUseException if somebody listens on the wanted port
   */
  public static int resolve(String part, int wanted) {
    if (wanted == ANY) {
      return free(part);
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted));
      return wanted;
    } catch (IOException e) {
      throw new PortInUseException(part, wanted, e);
    }
  }
}
