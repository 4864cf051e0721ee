package dev.tidemark.restorer.mongo;

import dev.tidemark.oplog.optime.Optime;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * What a member says about itself in its answer to {@code hello}.
 *
 * @param setName name of the replica set; empty if it is no member of one
 * @param me its own address as the set knows it; empty if it is no member
 * @param primary whether it is the primary
 * @param secondary whether it is a readable secondary
 * @param hosts the set's members that may become primary or serve reads
 * @param majorityOptime the newest majority-committed optime it knows; {@link Optime#ZERO} if it
 *     tells none
 * @param maxWireVersion the newest wire protocol it speaks
 */
public record MemberFacts(
    String setName,
    String me,
    boolean primary,
    boolean secondary,
    List<String> hosts,
    Optime majorityOptime,
    int maxWireVersion) {

  /** Asks the only member of a member's client, or the primary of a deployment's. */
  public static MemberFacts of(Deployment deployment) {
    return read(deployment.admin("hello"));
  }

  static MemberFacts read(BsonDocument hello) {
    return new MemberFacts(
        text(hello, "setName"),
        text(hello, "me"),
        flag(hello, "isWritablePrimary") || flag(hello, "ismaster"),
        flag(hello, "secondary"),
        hello.isArray("hosts")
            ? hello.getArray("hosts").stream().map(host -> host.asString().getValue()).toList()
            : List.of(),
        majorityOptime(hello),
        hello.isNumber("maxWireVersion") ? hello.getNumber("maxWireVersion").intValue() : 0);
  }

  /** Whether it is a member of a replica set. */
  public boolean replicaSetMember() {
    return !setName.isEmpty();
  }

  private static Optime majorityOptime(BsonDocument hello) {
    if (hello.isDocument("lastWrite")) {
      BsonDocument lastWrite = hello.getDocument("lastWrite");
      if (lastWrite.isDocument("majorityOpTime")) {
        return Optime.of(lastWrite.getDocument("majorityOpTime").getTimestamp("ts"));
      }
    }
    return Optime.ZERO;
  }

  private static String text(BsonDocument document, String name) {
    return document.isString(name) ? document.getString(name).getValue() : "";
  }

  private static boolean flag(BsonDocument document, String name) {
    BsonValue value = document.get(name);
    return value != null && value.isBoolean() && value.asBoolean().getValue();
  }
}
