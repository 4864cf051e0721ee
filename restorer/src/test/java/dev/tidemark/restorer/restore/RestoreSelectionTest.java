package dev.tidemark.restorer.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.archive.dump.CollectionMetadata;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.merge.RestoredCollection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

class RestoreSelectionTest {

  @Test
  void shouldTakeEverythingOfUsersWhenNothingIsNamed() {
    RestoreSelection all = new RestoreSelection(List.of(), List.of(), Map.of());

    assertThat(all.restoredAs("shop.orders")).contains("shop.orders");
    assertThat(all.restoredAs("admin.system.users")).isEmpty();
    assertThat(all.restoredAs("tidemark.leases")).isEmpty();
  }

  @Test
  void shouldKeepToWhatIsNamedWhenDatabasesAndNamespacesAreMixed() {
    RestoreSelection some =
        new RestoreSelection(List.of("shop", "crm.users"), List.of("shop.log"), Map.of());

    assertThat(some.restoredAs("shop.orders")).isPresent();
    assertThat(some.restoredAs("shop.log")).isEmpty();
    assertThat(some.restoredAs("crm.users")).isPresent();
    assertThat(some.restoredAs("crm.leads")).isEmpty();
    assertThat(some.restoredAs("shop2.orders")).isEmpty();
  }

  @Test
  void shouldPreferTheNamespaceWhenItsDatabaseIsRenamedToo() {
    RestoreSelection renamed =
        new RestoreSelection(
            List.of(), List.of(), Map.of("shop", "old", "shop.orders", "aside.o.x"));

    assertThat(renamed.restoredAs("shop.orders")).contains("aside.o.x");
    assertThat(renamed.restoredAs("shop.a.b")).contains("old.a.b");
  }

  @Test
  void shouldRefuseWhenADatabaseIsRenamedToANamespace() {
    assertMalformed(Map.of("shop", "old.orders"));
    assertMalformed(Map.of("shop.", "old.orders"));
  }

  private static void assertMalformed(Map<String, String> rename) {
    assertThatThrownBy(() -> new RestoreSelection(List.of(), List.of(), rename))
        .isInstanceOfSatisfying(
            TidemarkException.class,
            e -> assertThat(e.code()).isEqualTo(RestorerError.REQUEST_MALFORMED));
  }

  @Test
  void shouldRefuseWhenTwoCollectionsGetOneName() {
    assertThatThrownBy(
            () ->
                RestoreSelection.requireDistinct(
                    List.of(restored("shop.a", "x", "y"), restored("shop.b", "x", "y"))))
        .isInstanceOf(TidemarkException.class)
        .hasMessageContaining("x.y");
  }

  @Test
  void shouldKeepTheNameOfWhatIsNewerThanWhatIsRevivedOnAnotherReplicaSet() {
    RestoreSelection selection =
        new RestoreSelection(List.of(), List.of(), Map.of("shop.orders", "shop.revived"));

    assertThat(selection.restoredAs("shop.orders")).contains("shop.revived");
    assertThat(selection.besideRevivedElsewhere(Set.of("shop.orders")).restoredAs("shop.orders"))
        .contains("shop.orders");
  }

  @Test
  void shouldNameWhatIsUnknownWhenARequestNamesNothing() {
    RestoreSelection selection =
        new RestoreSelection(List.of("crm"), List.of(), Map.of("shop.ordres", "x.y"));

    assertThatThrownBy(() -> selection.requireKnown(List.of(restored("crm.users", "crm", "users"))))
        .isInstanceOfSatisfying(
            TidemarkException.class,
            e -> {
              assertThat(e.code()).isEqualTo(RestorerError.REQUEST_UNKNOWN_NAMESPACE);
              assertThat(e.reason()).contains("shop.ordres").doesNotContain("crm");
            });
  }

  private static RestoredCollection restored(String source, String database, String name) {
    return new RestoredCollection(
        source,
        database,
        name,
        new CollectionMetadata("collection", new BsonDocument(), List.of(), Optional.empty()));
  }
}
