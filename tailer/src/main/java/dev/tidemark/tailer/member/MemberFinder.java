package dev.tidemark.tailer.member;

import com.mongodb.ReadPreference;
import com.mongodb.ServerAddress;
import com.mongodb.client.MongoClient;
import com.mongodb.connection.ServerDescription;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.tailer.config.MemberPreference;
import dev.tidemark.tailer.error.TailerError;
import dev.tidemark.tailer.fault.Faults;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Time;
import org.bson.BsonDocument;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the member of a replica set that is read. The driver watches the set's topology in the
 * background, so that a new choice after a failover takes no time. Used by the reading thread only.
 */
public final class MemberFinder implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(MemberFinder.class);
  private static final BsonDocument PING = BsonDocument.parse("{ping: 1}");

  private final ClientFactory clients;
  private final MemberPreference preference;
  private final String replicaSet;
  private final MongoClient watcher;
  private final AvoidedMembers avoided;
  private ServerAddress wanted;
  private boolean chosen;

  /** With the system's clock. */
  public MemberFinder(
      ClientFactory clients, MemberPreference preference, String replicaSet, List<String> hosts) {
    this(clients, preference, replicaSet, hosts, Time.SYSTEM);
  }

  /**
   * @param hosts members to ask first, {@code host:port}
   */
  public MemberFinder(
      ClientFactory clients,
      MemberPreference preference,
      String replicaSet,
      List<String> hosts,
      Time time) {
    this.avoided = new AvoidedMembers(time);
    this.clients = clients;
    this.preference = preference;
    this.replicaSet = replicaSet;
    this.watcher = clients.openSet(replicaSet, hosts);
  }

  /**
   * Connects to the member that is {@link #want}ed, or else to the best one that answers. Members
   * that were {@link #avoid}ed come last.
   */
  public Member find() {
    boolean choice = wanted == null;
    List<ServerAddress> candidates = choice ? candidates() : List.of(wanted);
    wanted = null;
    TidemarkException last = null;
    for (ServerAddress candidate : candidates) {
      try {
        Member member = usable(Member.connect(clients, candidate), choice);
        if (member != null) {
          chosen = choice;
          return member;
        }
      } catch (RuntimeException e) {
        last = Faults.classify(e, where(candidate));
        if (Faults.isInterrupt(e) || !Faults.isRetriable(last)) {
          throw e;
        }
        log.warn(
            "Replica set {}: member {} cannot be read: {}", replicaSet, candidate, last.reason());
        avoid(candidate);
      }
    }
    // Whoever was avoided deserves another chance at the next try.
    avoided.clear();
    throw new TidemarkException(
        TailerError.TAILER_NO_MEMBER,
        "no member that may be read answers (member.preference is " + preference + ")",
        "replica set " + replicaSet,
        "Check that the set's members run and that this host may reach them",
        last);
  }

  /**
   * Makes a member the one that is found next, once, be it preferred or not, hidden or delayed: it
   * has what no other one has.
   */
  public void want(ServerAddress address) {
    wanted = address;
  }

  /**
   * Asks every other data-bearing member of the set a question, all at once and for a bounded time.
   *
   * @return one answer for each; empty if only one member may be read
   */
  public <T> List<Answer<T>> askOthers(Member reading, Function<Member, T> question)
      throws InterruptedException {
    return clients.isDirect()
        ? List.of()
        : new MemberSurvey(clients, replicaSet).ask(DataBearing.besides(reading), question);
  }

  /** Makes a member the last choice for a while, or until no other answers. */
  public void avoid(ServerAddress address) {
    avoided.add(address);
  }

  /**
   * Whether the driver knows of another member that may be read and has newer data.
   *
   * @param millis wall clock of a write that the other one must exceed
   */
  public boolean hasFresher(ServerAddress than, long millis) {
    return others(than)
        .filter(server -> preference.allows(server.isPrimary()))
        .anyMatch(server -> isNewerThan(server, millis));
  }

  /**
   * Whether a member of this kind may be read; the one that was {@link #want}ed may, whatever it
   * is.
   */
  public boolean mayRead(boolean primary) {
    return !chosen || clients.isDirect() || preference.allows(primary);
  }

  /**
   * Whether the member that was found last is not of the kind that is preferred, and the driver
   * knows of another one that is.
   *
   * @param primary whether it is the primary now
   * @param millis wall clock of a write that the other one must have
   */
  public boolean hasPreferred(ServerAddress than, boolean primary, long millis) {
    return chosen
        && !clients.isDirect()
        && !preference.prefers(primary)
        && others(than)
            .filter(server -> preference.prefers(server.isPrimary()))
            .filter(server -> !avoided.contains(server.getAddress()))
            .anyMatch(server -> isNewerThan(server, millis));
  }

  private Stream<ServerDescription> others(ServerAddress than) {
    return watcher.getClusterDescription().getServerDescriptions().stream()
        .filter(server -> server.isPrimary() || server.isSecondary())
        .filter(server -> !server.getAddress().equals(than));
  }

  private static boolean isNewerThan(ServerDescription server, long millis) {
    Date date = server.getLastWriteDate();
    return date != null && date.getTime() > millis;
  }

  private List<ServerAddress> candidates() {
    awaitTopology();
    return watcher.getClusterDescription().getServerDescriptions().stream()
        .filter(ServerDescription::isOk)
        .filter(server -> server.isPrimary() || server.isSecondary() || clients.isDirect())
        .filter(server -> preference.allows(server.isPrimary()) || clients.isDirect())
        .sorted(
            Comparator.comparing((ServerDescription server) -> avoided.order(server.getAddress()))
                .thenComparing(server -> !preference.prefers(server.isPrimary()))
                .thenComparing(ServerDescription::getRoundTripTimeNanos))
        .map(ServerDescription::getAddress)
        .toList();
  }

  /** Any command waits until a member has been found. */
  private void awaitTopology() {
    watcher
        .getDatabase("admin")
        .runCommand(
            PING,
            switch (preference) {
              case PRIMARY -> ReadPreference.primary();
              case PRIMARY_PREFERRED -> ReadPreference.primaryPreferred();
              case SECONDARY -> ReadPreference.secondary();
              case SECONDARY_PREFERRED -> ReadPreference.secondaryPreferred();
              case NEAREST -> ReadPreference.nearest();
            },
            BsonDocument.class);
  }

  /** The member, or null if it cannot be read; it is closed then, as by a failure. */
  private Member usable(Member member, boolean choice) {
    boolean kept = false;
    try {
      kept = isUsable(member, choice);
      return kept ? member : null;
    } finally {
      if (!kept) {
        member.close();
      }
    }
  }

  private boolean isUsable(Member member, boolean choice) {
    Hello hello = member.first();
    if (hello.starting()) {
      log.info("Replica set {}: member {} starts up", replicaSet, member);
      avoid(member.address());
      return false;
    }
    if (!replicaSet.equals(hello.setName())) {
      throw new TidemarkException(
          TailerError.TAILER_SET_CHANGED,
          "the member belongs to "
              + (hello.setName() == null ? "no replica set" : "replica set " + hello.setName()),
          where(member.address()),
          "Correct mongodb.uri, or remove the address from the set's configuration");
    }
    if (!(choice ? hello.readable() : hello.hasOplog())) {
      log.info("Replica set {}: member {} is delayed or in no readable state", replicaSet, member);
      avoid(member.address());
      return false;
    }
    return true;
  }

  private String where(ServerAddress address) {
    return "replica set " + replicaSet + ", member " + address;
  }

  @Override
  public void close() {
    watcher.close();
  }
}
