package dev.tidemark.tailer.member;

import com.mongodb.ReadPreference;
import com.mongodb.client.MongoClient;
import dev.tidemark.oplog.optime.Optime;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.types.ObjectId;

/**
 * A server's own description, as its command {@code hello} gives it.
 *
 * @param setName name of the replica set, or null
 * @param hosts members that may be read, as they are configured
 * @param me the member's own address in the configuration, or null
 * @param starting whether it is meant for a replica set whose configuration it has not read yet
 * @param mongos whether it is a router of a sharded cluster
 * @param primary whether it is the primary
 * @param secondary whether it is a secondary
 * @param delayed whether it is kept behind on purpose
 * @param sessions whether it knows sessions
 * @param process id of the server's process, which changes when it restarts; null before 4.4
 * @param majority newest majority-committed optime the member knows, {@link Optime#ZERO} for none
 * @param majorityTerm its term
 * @param majorityDate its wall clock in milliseconds
 * @param localTime the member's clock in milliseconds
 */
public record Hello(
    String setName,
    List<String> hosts,
    String me,
    boolean starting,
    boolean mongos,
    boolean primary,
    boolean secondary,
    boolean delayed,
    boolean sessions,
    ObjectId process,
    Optime majority,
    long majorityTerm,
    long majorityDate,
    long localTime) {

  static final BsonDocument COMMAND = BsonDocument.parse("{hello: 1}");

  public Hello {
    hosts = List.copyOf(hosts);
  }

  /** Asks whichever server a client chooses. */
  public static Hello of(MongoClient client) {
    return of(
        client
            .getDatabase("admin")
            .runCommand(COMMAND, ReadPreference.nearest(), BsonDocument.class));
  }

  static Hello of(BsonDocument reply) {
    BsonDocument lastWrite = reply.getDocument("lastWrite", new BsonDocument());
    BsonDocument majority = lastWrite.getDocument("majorityOpTime", new BsonDocument());
    List<String> hosts = new ArrayList<>(strings(reply, "hosts"));
    hosts.addAll(strings(reply, "passives"));
    return new Hello(
        reply.containsKey("setName") ? reply.getString("setName").getValue() : null,
        hosts,
        reply.containsKey("me") ? reply.getString("me").getValue() : null,
        isTrue(reply, "isreplicaset"),
        reply.containsKey("msg") && reply.getString("msg").getValue().equals("isdbgrid"),
        isTrue(reply, "isWritablePrimary") || isTrue(reply, "ismaster"),
        isTrue(reply, "secondary"),
        number(reply, "secondaryDelaySecs", 0) > 0 || number(reply, "slaveDelay", 0) > 0,
        reply.containsKey("logicalSessionTimeoutMinutes"),
        process(reply),
        majority.containsKey("ts") ? Optime.of(majority.getTimestamp("ts")) : Optime.ZERO,
        number(majority, "t", -1),
        date(lastWrite, "majorityWriteDate"),
        date(reply, "localTime"));
  }

  /** How far the majority-committed data is behind the member's clock, in milliseconds. */
  public long majorityLagMillis() {
    return localTime - majorityDate;
  }

  /** Whether the oplog of this member can be read. */
  public boolean hasOplog() {
    return primary || secondary;
  }

  /** Whether the oplog of this member can be read and is not behind on purpose. */
  public boolean readable() {
    return hasOplog() && !delayed;
  }

  private static ObjectId process(BsonDocument reply) {
    BsonDocument version = reply.getDocument("topologyVersion", new BsonDocument());
    return version.containsKey("processId") ? version.getObjectId("processId").getValue() : null;
  }

  private static List<String> strings(BsonDocument reply, String key) {
    return reply.getArray(key, new BsonArray()).stream()
        .map(value -> value.asString().getValue())
        .toList();
  }

  private static boolean isTrue(BsonDocument reply, String key) {
    BsonValue value = reply.get(key);
    return value != null && value.isBoolean() && value.asBoolean().getValue();
  }

  private static long number(BsonDocument document, String key, long otherwise) {
    BsonValue value = document.get(key);
    return value != null && value.isNumber() ? value.asNumber().longValue() : otherwise;
  }

  private static long date(BsonDocument document, String key) {
    BsonValue value = document.get(key);
    return value != null && value.isDateTime() ? value.asDateTime().getValue() : 0;
  }
}
