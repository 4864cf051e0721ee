package dev.tidemark.embedded.mongo.command;

import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawWriter;
import dev.tidemark.embedded.mongo.member.Member;
import dev.tidemark.embedded.mongo.member.Topology;
import dev.tidemark.embedded.mongo.oplog.OplogStore;
import dev.tidemark.embedded.mongo.wire.Request;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** {@code hello} and its older names, as the only member of a replica set answers them. */
final class HelloCommands {

  /** Wire version 21 is a 7.0 server. */
  private static final int MAX_WIRE_VERSION = 21;

  private final Member member;

  HelloCommands(Member member) {
    this.member = member;
  }

  void addTo(Map<String, Command> commands) {
    commands.put("hello", request -> hello(request, "isWritablePrimary"));
    commands.put("ismaster", request -> hello(request, "ismaster"));
  }

  private RawWriter hello(Request request, String primaryField) throws InterruptedException {
    Topology.State state = awaitChange(request);
    boolean primary = state.primary();
    String host = member.identity().host();
    RawWriter reply = new RawWriter();
    topologyVersion(reply.bool("helloOk", true), member, state);
    hosts(reply);
    reply.string("setName", member.identity().name()).int32("setVersion", 1);
    reply.bool(primaryField, primary).bool("secondary", !primary);
    if (primary) {
      reply.string("primary", host);
    }
    reply.string("me", host);
    if (primary) {
      reply.objectId("electionId", electionId(state));
    }
    OplogStore.Position newest = member.oplog().newest();
    OplogStore.Position majority = member.oplog().majority();
    reply.openDocument("lastWrite");
    optime(reply, "opTime", newest).date("lastWriteDate", newest.wallMillis());
    optime(reply, "majorityOpTime", majority).date("majorityWriteDate", majority.wallMillis());
    reply.close();
    reply.int32("maxBsonObjectSize", 16 * 1024 * 1024);
    reply.int32("maxMessageSizeBytes", 48_000_000).int32("maxWriteBatchSize", 100_000);
    reply.date("localTime", member.clock().millis());
    reply.int32("logicalSessionTimeoutMinutes", 30);
    reply.int32("connectionId", (int) request.connection());
    return reply
        .int32("minWireVersion", 0)
        .int32("maxWireVersion", MAX_WIRE_VERSION)
        .bool("readOnly", false);
  }

  private void hosts(RawWriter reply) {
    reply.openArray("hosts").string("0", member.identity().host());
    List<String> peers = member.identity().peers();
    for (int i = 0; i < peers.size(); i++) {
      reply.string(Integer.toString(i + 1), peers.get(i));
    }
    reply.close();
  }

  /** A monitor that knows the present state waits for the next one. */
  private Topology.State awaitChange(Request request) throws InterruptedException {
    RawDocument known = request.body().document("topologyVersion");
    long millis = request.body().number("maxAwaitTimeMS", 0);
    if (known != null && millis > 0) {
      return member.topology().awaitOther(known.number("counter", -1), Duration.ofMillis(millis));
    }
    return member.topology().state();
  }

  /** Tells a driver which of two replies is the newer one. */
  static RawWriter topologyVersion(RawWriter out, Member member, Topology.State state) {
    out.openDocument("topologyVersion").objectId("processId", member.topology().processId());
    return out.int64("counter", state.version()).close();
  }

  static RawWriter optime(RawWriter out, String name, OplogStore.Position position) {
    return out.openDocument(name)
        .timestamp("ts", position.timestamp())
        .int64("t", position.term())
        .close();
  }

  /** Rises with the term, as the driver expects of elections. */
  private static byte[] electionId(Topology.State state) {
    return ByteBuffer.allocate(12).putInt(0x7FFFFFFF).putLong(state.term()).array();
  }
}
