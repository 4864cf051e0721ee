package dev.tidemark.embedded.tls;

import dev.tidemark.embedded.stack.StackException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An encrypted port in front of a server on this machine that has none: what comes in is decrypted
 * and handed on byte for byte.
 */
public final class TlsFront implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TlsFront.class);

  private final ServerSocket server;
  private final int behind;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicLong accepted = new AtomicLong();
  private volatile boolean closed;

  private TlsFront(ServerSocket server, int behind) {
    this.server = server;
    this.behind = behind;
  }

  /**
   * Listens on a free port of 127.0.0.1.
   *
   * @param behind the port of the server behind it
   */
  public static TlsFront start(LoopbackCertificate certificate, int behind) {
    try {
      TlsFront front =
          new TlsFront(
              certificate
                  .serverContext()
                  .getServerSocketFactory()
                  .createServerSocket(0, 64, InetAddress.getLoopbackAddress()),
              behind);
      daemon("tls-front-" + front.port(), front::accept);
      return front;
    } catch (IOException e) {
      throw new StackException("tls", "no port can be listened on", e);
    }
  }

  public int port() {
    return server.getLocalPort();
  }

  /** Connections accepted so far, to see that somebody came this way. */
  public long connections() {
    return accepted.get();
  }

  private static void daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!closed) {
      try {
        Socket outside = server.accept();
        Socket inside = new Socket(InetAddress.getLoopbackAddress(), behind);
        open.add(outside);
        open.add(inside);
        accepted.incrementAndGet();
        daemon("tls-in-" + outside.getPort(), () -> copy(outside, inside));
        daemon("tls-out-" + outside.getPort(), () -> copy(inside, outside));
      } catch (IOException e) {
        if (!closed) {
          LOG.warn("A connection to port {} was not accepted", port(), e);
        }
      }
    }
  }

  private void copy(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // One side has hung up, and with it goes the other.
      LOG.debug("A connection to port {} ended", port(), e);
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      server.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      LOG.warn("Port {} was not closed cleanly", port(), e);
    }
  }
}
