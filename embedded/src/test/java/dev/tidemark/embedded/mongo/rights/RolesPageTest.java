package dev.tidemark.embedded.mongo.rights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.embedded.mongo.command.ServedCommand;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RolesPageTest {

  @Test
  void shouldGrantInEachRoleTheActionsThatTheTableListsAndNoOther() throws Exception {
    RolesPage page = RolesPage.read(Path.of("..", "docs", "mongodb-roles.md"));

    assertThat(page.names())
        .containsExactly(
            "tidemarkDrill",
            "tidemarkMonitor",
            "tidemarkRestore",
            "tidemarkRestoreAccounts",
            "tidemarkRollForward",
            "tidemarkSnapshot",
            "tidemarkTailer");
    for (String role : page.names()) {
      assertThat(page.role(role).actions()).as(role).isEqualTo(page.tabled(role));
    }
  }

  @Test
  void shouldMatchResourcesAsServersDo() {
    Role role =
        Role.parse(
            """
            {role: "r", roles: [], privileges: [
              {resource: {db: "", collection: ""}, actions: ["find"]},
              {resource: {db: "", system_buckets: ""}, actions: ["insert"]},
              {resource: {db: "", collection: "system.js"}, actions: ["update"]},
              {resource: {db: "local", collection: ""}, actions: ["collStats"]},
              {resource: {cluster: true}, actions: ["useUUID"]}]}
            """);

    assertThat(granted(role, "find", "shop", "orders")).isTrue();
    assertThat(granted(role, "insert", "shop", "orders")).isFalse();
    assertThat(granted(role, "find", "shop", "system.buckets.w")).isFalse();
    assertThat(granted(role, "find", "admin", "system.users")).isFalse();
    assertThat(granted(role, "find", "local", "oplog.rs")).isFalse();
    assertThat(granted(role, "find", "config", "transactions")).isFalse();
    assertThat(granted(role, "insert", "shop", "system.buckets.w")).isTrue();
    assertThat(granted(role, "update", "shop", "system.js")).isTrue();
    assertThat(granted(role, "collStats", "local", "oplog.rs")).isTrue();
    assertThat(granted(role, "useUUID", "", "")).isTrue();
    assertThat(granted(role, "find", "", "")).isFalse();
  }

  @Test
  void shouldRequireMoreForWhatGoesBeyondTheCommandsName() {
    ServedCommand upsert =
        new ServedCommand(
            "",
            1,
            "shop",
            "update",
            "orders",
            EnumSet.of(
                ServedCommand.Trait.UPSERTS,
                ServedCommand.Trait.BYPASSES_VALIDATION,
                ServedCommand.Trait.BY_UUID));

    assertThat(RequiredPrivileges.of(upsert))
        .extracting(Privilege::toString)
        .containsExactlyInAnyOrder(
            "update on shop.orders",
            "insert on shop.orders",
            "bypassDocumentValidation on shop.orders",
            "useUUID on the cluster");
  }

  @Test
  void shouldNotPassOverACommandThatItDoesNotKnow() {
    ServedCommand unknown = new ServedCommand("", 1, "admin", "shutdown", "", Set.of());

    assertThatThrownBy(() -> RequiredPrivileges.of(unknown)).hasMessageContaining("shutdown");
  }

  private static boolean granted(Role role, String action, String database, String collection) {
    return role.grants(new Privilege(action, new Resource(database, collection)));
  }
}
