package dev.tidemark.embedded.mongo.member;

import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/**
 * What a simulated replica set is called.
 *
 * @param name the set's name, as in {@code replicaSet=}
 * @param id the set's ObjectId ({@code settings.replicaSetId}), 24 hex digits
 * @param host the member's address, {@code host:port}
 * @param peers addresses of the other members
 * @param oplogUuid UUID of {@code local.oplog.rs}
 */
public record ReplicaSetIdentity(
    String name, String id, String host, List<String> peers, UUID oplogUuid) {

  public ReplicaSetIdentity {
    peers = List.copyOf(peers);
  }

  public byte[] idBytes() {
    return HexFormat.of().parseHex(id);
  }
}
