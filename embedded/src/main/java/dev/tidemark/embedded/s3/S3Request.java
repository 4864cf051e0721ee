package dev.tidemark.embedded.s3;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One HTTP request as a client of S3 sent it. Header lines are kept as they came, because the
 * signature covers them.
 *
 * @param method for example {@code PUT}
 * @param target path and query, path-style: {@code /bucket/key?list-type=2}
 * @param headers lines {@code Name: value}, in their order
 * @param body the whole body, empty without one
 */
public record S3Request(String method, String target, List<String> headers, byte[] body) {

  private static final int MAX_HEAD_BYTES = 64 << 10;

  /** The value of a header, by its name in any case. */
  public Optional<String> header(String name) {
    return value(headers, name);
  }

  private static Optional<String> value(List<String> headers, String name) {
    String start = name.toLowerCase(Locale.ROOT) + ":";
    return headers.stream()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
        .map(line -> line.substring(start.length()).strip())
        .findFirst();
  }

  /**
   * Reads one request, saying "go on" to a client that waits for that before it sends a body.
   *
   * @throws EOFException if the client closed the connection instead
   */
  static S3Request read(InputStream in, OutputStream out) throws IOException {
    String[] lines = readHead(in).split("\r\n");
    String[] first = lines[0].split(" ", 3);
    if (first.length != 3) {
      throw new IOException("not an HTTP request: " + lines[0]);
    }
    List<String> headers = new ArrayList<>(List.of(lines).subList(1, lines.length));
    if (value(headers, "Transfer-Encoding").isPresent()) {
      throw new IOException("a body of unknown length, which no client of S3 sends");
    }
    if (value(headers, "Expect").isPresent()) {
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }
    int length = Integer.parseInt(value(headers, "Content-Length").orElse("0"));
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("the request's body ended early");
    }
    return new S3Request(first[0], first[1], headers, body);
  }

  private static String readHead(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    // The last four bytes read, to find the empty line.
    int tail = 0;
    while (tail != 0x0D0A0D0A) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("the connection ended before a whole request");
      }
      if (head.size() == MAX_HEAD_BYTES) {
        throw new IOException("the request's head is too long");
      }
      head.write(next);
      tail = tail << 8 | next;
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  /** Sends it on, asking for the connection to be closed behind the answer. */
  void writeTo(OutputStream out) throws IOException {
    StringBuilder head = new StringBuilder(method).append(' ').append(target).append(" HTTP/1.1");
    for (String line : headers) {
      String name = line.substring(0, Math.max(0, line.indexOf(':'))).toLowerCase(Locale.ROOT);
      if (!name.equals("connection") && !name.equals("expect")) {
        head.append("\r\n").append(line);
      }
    }
    head.append("\r\nConnection: close\r\n\r\n");
    out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    out.write(body);
    out.flush();
  }
}
