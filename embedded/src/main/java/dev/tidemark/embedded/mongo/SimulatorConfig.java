package dev.tidemark.embedded.mongo;

import dev.tidemark.embedded.mongo.oplog.FollowingClock;
import dev.tidemark.embedded.mongo.oplog.OplogFile;
import dev.tidemark.embedded.mongo.oplog.OplogStore;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;

/**
 * How a simulated replica set is set up; made by {@link #builder()}.
 *
 * @param setName name of the set
 * @param setId ObjectId of the set, 24 hex digits
 * @param port port on loopback, 0 for a free one
 * @param peers the set's other members, {@code host:port}, which are told to drivers as well
 * @param term election term of the first entries
 * @param origin optime below the first entry, as an unsigned 64-bit timestamp
 * @param oplogBytes size at which the oplog drops its oldest entries
 * @param noopInterval idle time after which a periodic noop is written; zero for never
 * @param writes whether the set begins as a new one does; false where the oplog is served from a
 *     file
 * @param clock what entries and replies take the time from
 * @param random what UUIDs and ids are drawn from
 * @param tls what connections are encrypted with; null if they are not
 */
public record SimulatorConfig(
    String setName,
    String setId,
    int port,
    List<String> peers,
    long term,
    long origin,
    long oplogBytes,
    Duration noopInterval,
    boolean writes,
    InstantSource clock,
    RandomGenerator random,
    SSLContext tls) {

  public SimulatorConfig {
    peers = List.copyOf(peers);
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Collects what differs from a fresh set called {@code rs0}. */
  public static final class Builder {
    private String setName = "rs0";
    private String setId;
    private int port;
    private List<String> peers = List.of();
    private long term = 1;
    private long origin;
    private long oplogBytes = 256L << 20;
    private Duration noopInterval = Duration.ofSeconds(10);
    private boolean writes = true;
    private InstantSource clock = InstantSource.system();
    private RandomGenerator random = new SecureRandom();
    private SSLContext tls;

    private Builder() {}

    public Builder setName(String name) {
      this.setName = name;
      return this;
    }

    public Builder setId(String twentyFourHexDigits) {
      this.setId = twentyFourHexDigits;
      return this;
    }

    public Builder port(int port) {
      this.port = port;
      return this;
    }

    /**
     * The set has other members, {@code host:port}: simulators of the same name and id. Nothing is
     * replicated between them, and each is told when it is primary.
     */
    public Builder peers(String... hosts) {
      this.peers = List.of(hosts);
      return this;
    }

    public Builder term(long term) {
      this.term = term;
      return this;
    }

    public Builder oplogBytes(long bytes) {
      this.oplogBytes = bytes;
      return this;
    }

    public Builder noopInterval(Duration interval) {
      this.noopInterval = interval;
      return this;
    }

    /**
     * The set does not begin as a new one: its oplog is the one in this file, which {@link
     * SimulatedReplicaSet#feed} appends. The set's id follows from the first entry, terms and clock
     * from the entries as they come; no noops are added.
     *
     * @throws IOException if the file cannot be read or holds no entry
     */
    public Builder serving(Path oplogFile) throws IOException {
      OplogStore.Position first = OplogFile.firstPosition(oplogFile);
      origin = first.timestamp() - 1;
      term = first.term();
      writes = false;
      noopInterval = Duration.ZERO;
      clock = new FollowingClock(clock, first.wallMillis());
      setId = String.format("%016x%08x", first.timestamp(), first.term());
      return this;
    }

    /** To be given before {@link #serving}, which builds on it. */
    public Builder clock(InstantSource clock) {
      this.clock = clock;
      return this;
    }

    public Builder random(RandomGenerator random) {
      this.random = random;
      return this;
    }

    /** Accepts encrypted connections only. */
    public Builder tls(SSLContext context) {
      this.tls = context;
      return this;
    }

    public SimulatorConfig build() {
      String id = setId;
      if (id == null) {
        byte[] drawn = new byte[12];
        random.nextBytes(drawn);
        id = HexFormat.of().formatHex(drawn);
      }
      return new SimulatorConfig(
          setName,
          id,
          port,
          peers,
          term,
          origin,
          oplogBytes,
          noopInterval,
          writes,
          clock,
          random,
          tls);
    }
  }
}
