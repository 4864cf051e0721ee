package dev.tidemark.tailer.member;

import com.mongodb.MongoCommandException;
import com.mongodb.ServerAddress;
import java.util.List;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The members of a replica set that hold data: all but arbiters. */
final class DataBearing {

  private static final Logger log = LoggerFactory.getLogger(DataBearing.class);
  private static final BsonDocument GET_CONFIG = BsonDocument.parse("{replSetGetConfig: 1}");

  private DataBearing() {}

  /**
   * All but the given one, which is asked for them: by the names that it tells clients, and hidden
   * ones, if the user may see the set's configuration, by the names that they have there.
   */
  static List<ServerAddress> besides(Member member) {
    Hello hello = member.first();
    return Stream.concat(hello.hosts().stream(), hidden(member).stream())
        .filter(host -> !host.equals(hello.me()))
        .map(ServerAddress::new)
        .filter(address -> !address.equals(member.address()))
        .distinct()
        .toList();
  }

  private static List<String> hidden(Member member) {
    try {
      return hidden(member.run("admin", GET_CONFIG));
    } catch (MongoCommandException e) {
      log.debug("replSetGetConfig is refused by {} with code {}", member, e.getErrorCode());
      return List.of();
    }
  }

  static List<String> hidden(BsonDocument reply) {
    return reply.getDocument("config").getArray("members", new BsonArray()).stream()
        .map(BsonValue::asDocument)
        .filter(member -> isTrue(member, "hidden") && !isTrue(member, "arbiterOnly"))
        .map(member -> member.getString("host").getValue())
        .toList();
  }

  private static boolean isTrue(BsonDocument member, String key) {
    return member.getBoolean(key, BsonBoolean.FALSE).getValue();
  }
}
