package dev.tidemark.restorer.lease;

import java.time.Instant;
import java.util.Optional;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonString;

/**
 * The one document by which workers agree who writes into a deployment.
 *
 * <pre>{@code
 * { _id: "restore", holder: "worker-1", request: "r-42", epoch: 3, beat: 17,
 *   expires: ISODate("2026-01-01T00:00:30Z"), checkpoint: { … } }
 * }</pre>
 *
 * <p>{@code expires} is for people. Workers decide by whether {@code beat} rises, so that no two
 * clocks have to agree.
 *
 * @param holder the worker; empty if nobody holds the lease
 * @param request the request that is or was carried out
 * @param epoch rises with every holder
 * @param beat rises with every renewal
 * @param checkpoint how far the request got; empty if nothing was stored
 */
record LeaseDocument(
    String holder, String request, long epoch, long beat, Optional<BsonDocument> checkpoint) {

  static final String ID = "restore";

  static LeaseDocument read(BsonDocument document) {
    return new LeaseDocument(
        document.getString("holder", new BsonString("")).getValue(),
        document.getString("request", new BsonString("")).getValue(),
        document.getNumber("epoch", new BsonInt64(0)).longValue(),
        document.getNumber("beat", new BsonInt64(0)).longValue(),
        document.isDocument("checkpoint")
            ? Optional.of(document.getDocument("checkpoint"))
            : Optional.empty());
  }

  static BsonDocument id() {
    return new BsonDocument("_id", new BsonString(ID));
  }

  /** The filter that matches this very state and no later one. */
  BsonDocument thisState() {
    return id().append("epoch", new BsonInt64(epoch)).append("beat", new BsonInt64(beat));
  }

  boolean held() {
    return !holder.isEmpty();
  }

  boolean sameStateAs(LeaseDocument other) {
    return epoch == other.epoch && beat == other.beat;
  }

  LeaseDocument takenBy(String worker, String newRequest) {
    return new LeaseDocument(
        worker,
        newRequest,
        epoch + 1,
        beat + 1,
        newRequest.equals(request) ? checkpoint : Optional.empty());
  }

  LeaseDocument renewed() {
    return new LeaseDocument(holder, request, epoch, beat + 1, checkpoint);
  }

  LeaseDocument with(BsonDocument newCheckpoint) {
    return new LeaseDocument(holder, request, epoch, beat + 1, Optional.of(newCheckpoint));
  }

  LeaseDocument released(boolean over) {
    return new LeaseDocument("", request, epoch, beat + 1, over ? Optional.empty() : checkpoint);
  }

  BsonDocument set(Instant expires) {
    return new BsonDocument(
        "$set",
        new BsonDocument("holder", new BsonString(holder))
            .append("request", new BsonString(request))
            .append("epoch", new BsonInt64(epoch))
            .append("beat", new BsonInt64(beat))
            .append("expires", new BsonDateTime(expires.toEpochMilli()))
            .append("checkpoint", checkpoint.isPresent() ? checkpoint.get() : BsonNull.VALUE));
  }
}
