package dev.tidemark.tailer.member;

import com.mongodb.ReadPreference;
import com.mongodb.client.MongoClient;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.tailer.config.InvalidValueException;
import dev.tidemark.tailer.config.MemberPreference;
import dev.tidemark.tailer.config.OplogSourceConfig;
import dev.tidemark.tailer.config.OplogSourceKeys;
import dev.tidemark.tailer.config.TaskAssignment;
import dev.tidemark.tailer.error.TailerError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bson.BsonDocument;

/** Finds the replica sets behind the connection strings; behind mongos, those of every shard. */
public final class Discovery {

  private static final BsonDocument LIST_SHARDS = BsonDocument.parse("{listShards: 1}");
  private static final BsonDocument SHARD_MAP = BsonDocument.parse("{getShardMap: 1}");
  private static final String CONFIG = "config";

  private Discovery() {}

  /**
   * One assignment for each replica set: in the order of the connection strings, those of one
   * cluster by name, so that tasks keep their numbers.
   *
   * @throws TidemarkException {@code TAILER_NOT_A_REPLICA_SET}; {@code TAILER_CONFIG_INVALID} if
   *     two connection strings lead to the same set
   * @throws com.mongodb.MongoException if a server does not answer or refuses
   */
  public static List<TaskAssignment> discover(OplogSourceConfig config) {
    List<TaskAssignment> assignments = new ArrayList<>();
    for (int uri = 0; uri < config.uris().size(); uri++) {
      ClientFactory clients = new ClientFactory(config, uri);
      List<String> seeds = config.uris().get(uri).getHosts();
      for (Map.Entry<String, List<String>> set :
          sets(clients, seeds, config.includeConfigServers()).entrySet()) {
        String name = set.getKey();
        String id = setId(clients, name, set.getValue());
        assignments.add(new TaskAssignment(assignments.size(), uri, name, id, set.getValue()));
      }
    }
    refuseTwice(assignments);
    return assignments;
  }

  /** Two tasks on one set would publish each entry twice. */
  static void refuseTwice(List<TaskAssignment> assignments) {
    Map<String, TaskAssignment> byId = new HashMap<>();
    for (TaskAssignment assignment : assignments) {
      TaskAssignment other = byId.putIfAbsent(assignment.setId(), assignment);
      if (other != null) {
        throw new InvalidValueException(
            OplogSourceKeys.MONGODB_URI,
            "connection strings "
                + (other.uri() + 1)
                + " and "
                + (assignment.uri() + 1)
                + " lead to the same replica set "
                + assignment.replicaSet()
                + " ("
                + assignment.setId()
                + "), whose entries would be published twice; is there a blank where a comma"
                + " should separate two members?",
            null);
      }
    }
  }

  /** Whether one of the connection strings leads to mongos, so that sets may come and go. */
  public static boolean isSharded(OplogSourceConfig config) {
    for (int uri = 0; uri < config.uris().size(); uri++) {
      try (MongoClient client = new ClientFactory(config, uri).open()) {
        if (Hello.of(client).mongos()) {
          return true;
        }
      }
    }
    return false;
  }

  private static Map<String, List<String>> sets(
      ClientFactory clients, List<String> seeds, boolean includeConfig) {
    try (MongoClient client = clients.open()) {
      Hello hello = Hello.of(client);
      if (hello.mongos()) {
        return shards(
            run(client, LIST_SHARDS), includeConfig ? run(client, SHARD_MAP) : new BsonDocument());
      }
      if (hello.starting()) {
        throw new TidemarkException(
            TailerError.TAILER_NO_MEMBER,
            "the server has not read its replica set's configuration yet",
            String.join(",", seeds),
            "Wait until it is up; a set that is new wants rs.initiate()");
      }
      if (hello.setName() == null) {
        throw new TidemarkException(
            TailerError.TAILER_NOT_A_REPLICA_SET,
            "the server is no member of an initiated replica set",
            String.join(",", seeds),
            "Name members of a replica set or mongos; a standalone server has no oplog");
      }
      boolean advertised = !clients.isDirect() && !hello.hosts().isEmpty();
      return Map.of(hello.setName(), advertised ? hello.hosts() : seeds);
    }
  }

  private static String setId(ClientFactory clients, String replicaSet, List<String> hosts) {
    try (MemberFinder members =
            new MemberFinder(clients, MemberPreference.NEAREST, replicaSet, hosts);
        Member member = members.find()) {
      return SetId.read(member);
    }
  }

  private static BsonDocument run(MongoClient mongos, BsonDocument command) {
    return mongos
        .getDatabase("admin")
        .runCommand(command, ReadPreference.nearest(), BsonDocument.class);
  }

  /**
   * Reads the replies of {@code listShards} and {@code getShardMap}, where sets are written as
   * {@code rs-a/host:port,host:port}. A config server that is a shard too is one set.
   */
  static Map<String, List<String>> shards(BsonDocument shards, BsonDocument shardMap) {
    Map<String, List<String>> sets = new TreeMap<>();
    shards
        .getArray("shards")
        .forEach(shard -> add(sets, shard.asDocument().getString("host").getValue()));
    BsonDocument map = shardMap.getDocument("map", new BsonDocument());
    if (map.containsKey(CONFIG)) {
      add(sets, map.getString(CONFIG).getValue());
    }
    return sets;
  }

  private static void add(Map<String, List<String>> sets, String text) {
    int slash = text.indexOf('/');
    if (slash > 0) {
      sets.put(text.substring(0, slash), List.of(text.substring(slash + 1).split(",")));
    }
  }
}
