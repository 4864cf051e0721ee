package dev.tidemark.embedded.mongo.command;

import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawWriter;
import dev.tidemark.embedded.mongo.member.Member;
import dev.tidemark.embedded.mongo.store.SimulatedCollection;

/** What collStats and {@code $collStats} tell. */
final class CollectionStats {

  private CollectionStats() {}

  static RawDocument of(SimulatedCollection collection, String namespace) {
    RawWriter stats = new RawWriter().string("ns", namespace);
    if (collection == null) {
      return stats.int64("size", 0).int64("count", 0).int64("storageSize", 0).done();
    }
    sizes(stats, collection.bytes(), collection.count());
    stats.bool("capped", collection.isCapped());
    if (collection.isCapped()) {
      stats.int64("max", collection.options().number("max", 0));
      stats.int64("maxSize", collection.options().number("size", 0));
    }
    return stats.int32("nindexes", collection.indexes().size()).done();
  }

  static RawDocument ofOplog(Member member) {
    RawWriter stats = new RawWriter().string("ns", "local.oplog.rs");
    sizes(stats, member.oplog().bytes(), member.oplog().size());
    return stats.bool("capped", true).int64("maxSize", member.oplog().maxBytes()).done();
  }

  private static void sizes(RawWriter stats, long bytes, long count) {
    stats.int64("size", bytes).int64("count", count).int64("storageSize", bytes);
    stats.int64("avgObjSize", count == 0 ? 0 : bytes / count);
  }
}
