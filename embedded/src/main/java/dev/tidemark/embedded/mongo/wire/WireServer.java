package dev.tidemark.embedded.mongo.wire;

import dev.tidemark.embedded.mongo.bson.RawDocument;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections on loopback and answers their commands, one thread per connection: a reader
 * that waits for the next oplog entry holds up nobody but itself. Thread-safe.
 */
public final class WireServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WireServer.class);

  /** Answers one command; never throws for a command's own failure. */
  public interface Handler {
    RawDocument handle(Request request) throws InterruptedException;

    /** The connection is gone. */
    void closed(long connection);
  }

  private final ServerSocket server;
  private final Handler handler;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final AtomicLong connectionNumbers = new AtomicLong();
  private Thread acceptor;
  private volatile boolean closed;

  private WireServer(ServerSocket server, Handler handler) {
    this.server = server;
    this.handler = handler;
  }

  /**
   * A listening socket, so that its port is known before there is anybody to answer.
   *
   * @param tls what connections are encrypted with; null if they are not
   */
  public static ServerSocket listen(int port, SSLContext tls) throws IOException {
    ServerSocket server =
        tls == null ? new ServerSocket() : tls.getServerSocketFactory().createServerSocket();
    server.setReuseAddress(true);
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 256);
    return server;
  }

  public static WireServer start(ServerSocket server, Handler handler) {
    WireServer wire = new WireServer(server, handler);
    wire.acceptor = daemon("simulator-accept-" + server.getLocalPort(), wire::accept);
    return wire;
  }

  private static Thread daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void accept() {
    while (!closed) {
      try {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        connections.add(socket);
        long number = connectionNumbers.incrementAndGet();
        daemon("simulator-" + server.getLocalPort() + "-" + number, () -> serve(socket, number));
      } catch (IOException e) {
        if (!closed) {
          LOG.warn("simulator on port {} could not accept", server.getLocalPort(), e);
        }
      }
    }
  }

  private void serve(Socket socket, long number) {
    try (socket) {
      DataInputStream in =
          new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
      OutputStream out = socket.getOutputStream();
      int replies = 0;
      WireMessage message = WireMessage.read(in);
      while (message != null && !closed) {
        RawDocument reply = handler.handle(message.request(number));
        if (message.wantsReply()) {
          message.reply(reply, ++replies, out);
        }
        message = WireMessage.read(in);
      }
    } catch (IOException e) {
      LOG.debug("simulator connection {} ended", number, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.error("simulator connection {} failed", number, e);
    } finally {
      connections.remove(socket);
      handler.closed(number);
    }
  }

  /** Cuts every connection; clients may connect again. */
  public void dropConnections() {
    for (Socket socket : connections) {
      try {
        socket.close();
      } catch (IOException e) {
        LOG.debug("simulator could not close a connection", e);
      }
    }
  }

  /** Returns once the port is free: until nobody accepts any more, the system still holds it. */
  @Override
  public void close() throws IOException {
    closed = true;
    server.close();
    try {
      acceptor.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    dropConnections();
  }
}
