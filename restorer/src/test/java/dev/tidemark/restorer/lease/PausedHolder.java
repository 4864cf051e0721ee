package dev.tidemark.restorer.lease;

import com.mongodb.ConnectionString;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.DeploymentAddress;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.utils.Time;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;

/** A process of its own that holds a lease and writes under it until it may not any more. */
public final class PausedHolder {

  private PausedHolder() {}

  /**
   * @param args connection string and duration of the lease in milliseconds
   */
  public static void main(String[] args) {
    DeploymentAddress address = new DeploymentAddress("target", new ConnectionString(args[0]));
    Duration duration = Duration.ofMillis(Long.parseLong(args[1]));
    try (Deployment deployment = Deployment.open(address, "paused-holder");
        TargetLease lease =
            new MongoLeases(deployment, new LeaseTerms(duration, duration), Time.SYSTEM)
                .take("paused", "r-1", () -> false)) {
      System.out.println("HELD " + lease.epoch());
      for (long i = 0; ; i++) {
        BsonDocument insert =
            new BsonDocument("insert", new BsonString("written"))
                .append(
                    "documents", new BsonArray(List.of(new BsonDocument("n", new BsonInt64(i)))))
                .append("maxTimeMS", new BsonInt64(lease.remaining().toMillis()));
        deployment.run("shop", insert);
      }
    } catch (TidemarkException e) {
      System.out.println("ENDED " + e.code().name());
    }
  }
}
