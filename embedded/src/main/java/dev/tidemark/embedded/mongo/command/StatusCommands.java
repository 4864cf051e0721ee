package dev.tidemark.embedded.mongo.command;

import dev.tidemark.embedded.mongo.bson.BsonTypes;
import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawElement;
import dev.tidemark.embedded.mongo.bson.RawWriter;
import dev.tidemark.embedded.mongo.member.Member;
import dev.tidemark.embedded.mongo.oplog.OplogStore;
import dev.tidemark.embedded.mongo.wire.CommandFailure;
import dev.tidemark.embedded.mongo.wire.Request;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the member tells about itself and its set, and the few parameters it knows. */
final class StatusCommands {

  private static final String VERSION = "7.0.0";

  private final Member member;
  private final Map<String, RawElement> parameters = new TreeMap<>();

  StatusCommands(Member member) {
    this.member = member;
    RawDocument defaults =
        new RawWriter()
            .bool("ttlMonitorEnabled", true)
            .int32("periodicNoopIntervalSecs", 10)
            .bool("writePeriodicNoops", true)
            .openDocument("featureCompatibilityVersion")
            .string("version", "7.0")
            .close()
            .done();
    defaults.forEach(element -> parameters.put(element.name(), element));
  }

  void addTo(Map<String, Command> commands) {
    commands.put("ping", request -> new RawWriter());
    commands.put("buildinfo", request -> buildInfo());
    commands.put("replsetgetstatus", request -> replicaSetStatus());
    commands.put("replsetgetconfig", request -> configuration());
    commands.put("serverstatus", request -> serverStatus());
    commands.put("getparameter", this::getParameter);
    commands.put("setparameter", this::setParameter);
    commands.put("appendoplognote", this::note);
    commands.put("getcmdlineopts", request -> commandLine());
    commands.put("hostinfo", request -> new RawWriter());
    commands.put("getlog", request -> log());
    commands.put("whatsmyuri", request -> new RawWriter().string("you", "127.0.0.1:0"));
    commands.put("currentop", request -> new RawWriter().openArray("inprog").close());
    commands.put("killop", request -> new RawWriter().string("info", "attempting to kill op"));
    for (String session :
        List.of("startsession", "refreshsessions", "endsessions", "killsessions", "fsync")) {
      commands.put(session, request -> new RawWriter());
    }
  }

  private static RawWriter buildInfo() {
    RawWriter reply = new RawWriter().string("version", VERSION);
    reply.openArray("versionArray").int32("0", 7).int32("1", 0).int32("2", 0).int32("3", 0);
    reply.close().string("gitVersion", "simulator").openArray("modules");
    reply.string("0", "tidemark-simulator").close();
    return reply.int32("bits", 64).bool("debug", false).int32("maxBsonObjectSize", 16777216);
  }

  private RawWriter replicaSetStatus() {
    OplogStore.Position newest = member.oplog().newest();
    OplogStore.Position majority = member.oplog().majority();
    RawWriter reply = new RawWriter().string("set", member.identity().name());
    reply.date("date", member.clock().millis()).int32("myState", member.isPrimary() ? 1 : 2);
    reply.int64("term", member.log().term()).int64("heartbeatIntervalMillis", 2000);
    reply.int32("majorityVoteCount", 1).int32("writeMajorityCount", 1);
    reply.openDocument("optimes");
    HelloCommands.optime(reply, "lastCommittedOpTime", majority);
    HelloCommands.optime(reply, "readConcernMajorityOpTime", majority);
    HelloCommands.optime(reply, "appliedOpTime", newest);
    HelloCommands.optime(reply, "durableOpTime", newest).close();
    reply.openArray("members").openDocument("0").int32("_id", 0);
    reply.string("name", member.identity().host()).int32("health", 1);
    reply.int32("state", member.isPrimary() ? 1 : 2);
    reply.string("stateStr", member.isPrimary() ? "PRIMARY" : "SECONDARY");
    HelloCommands.optime(reply, "optime", newest).date("optimeDate", newest.wallMillis());
    return reply.int32("configVersion", 1).bool("self", true).close().close();
  }

  RawDocument config() {
    RawWriter config = new RawWriter().string("_id", member.identity().name());
    config.int32("version", 1).int64("term", member.log().term());
    config.openArray("members").openDocument("0").int32("_id", 0);
    config.string("host", member.identity().host()).bool("arbiterOnly", false);
    config.bool("buildIndexes", true).bool("hidden", false).int32("priority", 1);
    config.openDocument("tags").close().int64("secondaryDelaySecs", 0).int32("votes", 1);
    config.close().close().int64("protocolVersion", 1);
    config.openDocument("settings").bool("chainingAllowed", true);
    config.int32("heartbeatIntervalMillis", 2000).int32("electionTimeoutMillis", 10000);
    return config.objectId("replicaSetId", member.identity().idBytes()).close().done();
  }

  private RawWriter configuration() {
    return new RawWriter().document("config", config());
  }

  private RawWriter serverStatus() {
    OplogStore.Position newest = member.oplog().newest();
    RawWriter reply = new RawWriter().string("host", member.identity().host());
    reply.string("version", VERSION).string("process", "simulator").number("uptime", 1);
    reply.date("localTime", member.clock().millis());
    reply.openDocument("repl").string("setName", member.identity().name()).int32("setVersion", 1);
    reply.bool("isWritablePrimary", member.isPrimary()).bool("secondary", !member.isPrimary());
    reply.openDocument("lastWrite");
    return HelloCommands.optime(reply, "opTime", newest).close().close();
  }

  private RawWriter getParameter(Request request) {
    RawWriter reply = new RawWriter();
    RawElement argument = request.argument();
    boolean all = argument.type() == BsonTypes.STRING && argument.string().equals("*");
    synchronized (parameters) {
      parameters.forEach(
          (name, value) -> {
            if (all || request.body().has(name)) {
              reply.element(value);
            }
          });
    }
    if (reply.isEmpty()) {
      throw new CommandFailure(72, "InvalidOptions", "no option found to get");
    }
    return reply;
  }

  private RawWriter setParameter(Request request) {
    RawWriter reply = new RawWriter();
    synchronized (parameters) {
      for (RawElement element : request.body()) {
        RawElement before = parameters.get(element.name());
        if (before != null) {
          reply.element("was", before);
          parameters.put(element.name(), new RawWriter().element(element).done().first());
        }
      }
    }
    if (reply.isEmpty()) {
      throw new CommandFailure(72, "InvalidOptions", "no option found to set");
    }
    return reply;
  }

  private RawWriter note(Request request) {
    RawDocument data = request.body().document("data");
    if (data == null) {
      throw CommandFailure.badValue("appendOplogNote needs data");
    }
    return member.write(
        () -> {
          member.log().noop(data);
          return new RawWriter();
        });
  }

  private static RawWriter commandLine() {
    RawWriter reply = new RawWriter().openArray("argv").string("0", "simulator").close();
    return reply.openDocument("parsed").close();
  }

  private static RawWriter log() {
    return new RawWriter().int32("totalLinesWritten", 0).openArray("log").close();
  }
}
