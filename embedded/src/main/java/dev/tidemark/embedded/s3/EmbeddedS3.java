package dev.tidemark.embedded.s3;

import dev.tidemark.embedded.stack.Ports;
import dev.tidemark.embedded.stack.StackException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/**
 * An S3 endpoint (S3Proxy) in this JVM, on 127.0.0.1 only. Buckets are the directories below its
 * root, and objects are plain files in them. Clients use path-style addresses.
 *
 * <p>Against the real service: no versioning, object lock, lifecycle rules, server-side encryption
 * or reads by part number (501). Conditional writes ({@code If-None-Match: *}) are exact.
 * Thread-safe.
 */
public final class EmbeddedS3 implements AutoCloseable {

  private static final String PART = "s3";
  private static final String ACCESS_KEY = "tidemark";
  private static final String SECRET_KEY = "tidemark-embedded";
  private static final String REGION = "us-east-1";

  private final Path root;
  private final S3Proxy server;
  private final int port;

  private EmbeddedS3(Path root, S3Proxy server) {
    this.root = root;
    this.server = server;
    this.port = server.getPort();
  }

  /** Starts on a free port. */
  public static EmbeddedS3 start(Path root) {
    return start(root, Ports.ANY);
  }

  /**
   * Starts and returns once the endpoint answers.
   *
   * @param root holds one directory a bucket; created if it is missing
   * @param wantedPort where it listens, or {@link Ports#ANY}
   * @throws StackException if the port is in use or the server does not come up
   */
  public static EmbeddedS3 start(Path root, int wantedPort) {
    int port = wantedPort == Ports.ANY ? Ports.ANY : Ports.resolve(PART, wantedPort);
    try {
      Files.createDirectories(root);
      S3Proxy server =
          S3Proxy.builder()
              .blobStore(new FilesystemNio2BlobStore(root.toAbsolutePath().toString()))
              .endpoint(URI.create("http://127.0.0.1:" + port))
              .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, ACCESS_KEY, SECRET_KEY)
              .ignoreUnknownHeaders(true)
              .jettyMaxThreads(24)
              .build();
      server.start();
      return new EmbeddedS3(root, server);
    } catch (Exception e) {
      throw new StackException(PART, "the endpoint did not come up: " + e.getMessage(), e);
    }
  }

  /** Makes a bucket, unless it exists. */
  public void createBucket(String name) {
    try {
      Files.createDirectories(root.resolve(name));
    } catch (IOException e) {
      throw new StackException(PART, "bucket " + name + " cannot be made", e);
    }
  }

  /** The directory that holds a bucket's objects as plain files. */
  public Path directoryOf(String bucket) {
    return root.resolve(bucket);
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  public String region() {
    return REGION;
  }

  public String accessKeyId() {
    return ACCESS_KEY;
  }

  public String secretAccessKey() {
    return SECRET_KEY;
  }

  /** Stops the endpoint; the objects stay. */
  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new StackException(PART, "the endpoint cannot be stopped", e);
    }
  }
}
