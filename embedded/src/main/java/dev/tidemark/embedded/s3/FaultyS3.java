package dev.tidemark.embedded.s3;

import dev.tidemark.embedded.stack.StackException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A reverse proxy in front of an S3 endpoint that makes requests go wrong as a {@link
 * FaultSchedule} says, on 127.0.0.1. The endpoint behind it stays as it is, so that a test can read
 * the outcome there, undisturbed.
 *
 * <p>It works on the connections themselves, because the faults that hurt are not answers: a reset
 * is a real one, and a lost answer is the answer to a request that was carried out. Each connection
 * serves one request. Thread-safe.
 */
public final class FaultyS3 implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FaultyS3.class);
  private static final String PART = "faulty-s3";
  private static final int BACKLOG = 200;
  private static final int DRIPS = 20;
  private static final String OVERLOADED_BODY =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
          + "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message>"
          + "</Error>";

  private final URI behind;
  private final Duration timeout;
  private final Duration dripPause;
  private final ServerSocket listener;
  private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
  private final Map<S3Fault, AtomicInteger> injected = new EnumMap<>(S3Fault.class);
  private final AtomicInteger threadNumbers = new AtomicInteger();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile FaultSchedule schedule = FaultSchedule.NONE;

  private FaultyS3(URI behind, Duration timeout, Duration dripPause, ServerSocket listener) {
    this.behind = behind;
    this.timeout = timeout;
    this.dripPause = dripPause;
    this.listener = listener;
    for (S3Fault fault : S3Fault.values()) {
      injected.put(fault, new AtomicInteger());
    }
  }

  /**
   * Starts with a schedule without faults.
   *
   * @param behind the endpoint that does the work
   * @param timeout how long {@link S3Fault#TIMEOUT} keeps a client waiting
   * @param dripPause between two pieces of a {@link S3Fault#SLOW_BODY}, which comes in twenty
   */
  public static FaultyS3 inFrontOf(URI behind, Duration timeout, Duration dripPause) {
    try {
      ServerSocket listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
      FaultyS3 proxy = new FaultyS3(behind, timeout, dripPause, listener);
      proxy.thread("accept", proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new StackException(PART, "no port of 127.0.0.1 can be opened", e);
    }
  }

  /** What clients use instead of the endpoint behind. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /** Replaces the schedule, for requests that arrive from now on. */
  public void follow(FaultSchedule next) {
    schedule = next;
  }

  /** How many requests met a fault so far. */
  public int injected(S3Fault fault) {
    return injected.get(fault).get();
  }

  private void thread(String name, Runnable work) {
    Thread thread = new Thread(work, PART + "-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        clients.add(client);
        thread("client-" + threadNumbers.incrementAndGet(), () -> serve(client));
      } catch (IOException e) {
        if (!listener.isClosed()) {
          LOG.warn("A connection was not accepted", e);
        }
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      S3Request request = S3Request.read(client.getInputStream(), client.getOutputStream());
      Optional<S3Fault> fault = schedule.next(request);
      fault.ifPresent(met -> injected.get(met).incrementAndGet());
      fault.ifPresent(met -> LOG.debug("{} {}: {}", request.method(), request.target(), met));
      if (fault.isEmpty()) {
        client.getOutputStream().write(answer(request));
      } else {
        spoil(fault.get(), request, client);
      }
    } catch (EOFException e) {
      LOG.debug("A client left", e);
    } catch (IOException e) {
      LOG.debug("A request was given up", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      clients.remove(client);
    }
  }

  private void spoil(S3Fault fault, S3Request request, Socket client)
      throws IOException, InterruptedException {
    OutputStream out = client.getOutputStream();
    switch (fault) {
      case OVERLOADED -> out.write(overloaded());
      case RESET -> reset(client);
      case TIMEOUT -> {
        boolean unused = closed.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
        reset(client);
      }
      case LOST_ANSWER -> {
        byte[] unused = answer(request);
        reset(client);
      }
      case CUT_ANSWER -> {
        byte[] answer = answer(request);
        out.write(answer, 0, answer.length / 2);
        out.flush();
        reset(client);
      }
      case SLOW_BODY -> drip(answer(request), out);
    }
  }

  /** The whole answer of the endpoint behind, head and body, as it came. */
  private byte[] answer(S3Request request) throws IOException {
    try (Socket server = new Socket()) {
      server.connect(new InetSocketAddress(behind.getHost(), behind.getPort()));
      request.writeTo(server.getOutputStream());
      try (InputStream in = server.getInputStream()) {
        return in.readAllBytes();
      }
    }
  }

  private void drip(byte[] answer, OutputStream out) throws IOException, InterruptedException {
    int piece = answer.length / DRIPS + 1;
    for (int from = 0; from < answer.length; from += piece) {
      out.write(Arrays.copyOfRange(answer, from, Math.min(answer.length, from + piece)));
      out.flush();
      if (closed.await(dripPause.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    }
  }

  private static byte[] overloaded() {
    return ("HTTP/1.1 503 Slow Down\r\nContent-Type: application/xml\r\nContent-Length: "
            + OVERLOADED_BODY.length()
            + "\r\nConnection: close\r\n\r\n"
            + OVERLOADED_BODY)
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Closes with RST instead of FIN, whatever was sent before. */
  private static void reset(Socket client) throws IOException {
    client.setSoLinger(true, 0);
    client.close();
  }

  /** Stops; clients that are being served see their connections end. */
  @Override
  public void close() {
    closed.countDown();
    try {
      listener.close();
      for (Socket client : clients) {
        client.close();
      }
    } catch (IOException e) {
      throw new StackException(PART, "the proxy cannot be stopped", e);
    }
  }
}
