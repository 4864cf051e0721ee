package dev.tidemark.restorer.drill;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ConnectionString;
import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.embedded.mongo.rights.CommandsSeen;
import dev.tidemark.embedded.mongo.rights.RolesPage;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.DeploymentAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class DrillDataIT {

  private static final List<String> ROLE = List.of("tidemarkDrill");

  @Test
  void shouldWriteAndRemoveItsDataWithTheDocumentedRole() throws Exception {
    RolesPage page = RolesPage.read(Path.of("..", "docs", "mongodb-roles.md"));
    try (SimulatedReplicaSet set = SimulatedReplicaSet.start();
        Deployment source =
            Deployment.open(
                new DeploymentAddress("shop", new ConnectionString(set.connectionString())),
                "drill")) {
      CommandsSeen commands = new CommandsSeen().on(set.faults());
      DrillData data = new DrillData(source, "tidemark_drill_1", 7);

      data.create();
      data.change();
      data.finish();
      assertThat(data.digests()).isNotEmpty();
      data.drop();
      Scratch.dropAll(source, "tidemark_drill_");

      assertThat(source.client().listDatabaseNames()).doesNotContain("tidemark_drill_1");
      assertThat(commands.lacking(page, ROLE, "drill"::equals)).isEmpty();
      assertThat(commands.unsent(page, ROLE, "drill"::equals)).isEmpty();
    }
  }
}
