package dev.tidemark.restorer.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.archive.dump.CollectionMetadata;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.merge.RestoredCollection;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

class RenamedViewsTest {

  @Test
  void shouldPutTheViewOnTheNewNameWhenItsCollectionIsRenamed() {
    RenamedViews views =
        RenamedViews.of(
            List.of(
                collection("shop.orders", "shop", "old_orders"),
                view("shop.open", "shop", "open", "{viewOn: 'orders', pipeline: []}")));

    assertThat(views.collections().get(1).metadata().options().getString("viewOn").getValue())
        .isEqualTo("old_orders");
    assertThat(views.warnings()).isEmpty();
  }

  @Test
  void shouldFollowACollectionThatLiesOnAnotherReplicaSet() {
    List<RestoredCollection> here =
        List.of(view("shop.open", "shop", "open", "{viewOn: 'orders', pipeline: []}"));
    RenamedViews renamed =
        RenamedViews.ofSet(
            here, Optional.of(List.of(collection("shop.orders", "shop", "old_orders"))));

    assertThat(renamed.collections().get(0).metadata().options().getString("viewOn").getValue())
        .isEqualTo("old_orders");
    assertThat(renamed.warnings()).isEmpty();
    assertThat(RenamedViews.ofSet(here, Optional.empty()).warnings()).isEmpty();
    assertThat(RenamedViews.ofSet(here, Optional.of(List.of())).warnings()).hasSize(1);
  }

  @Test
  void shouldKeepTheViewWhenTheWholeDatabaseIsRenamed() {
    RenamedViews views =
        RenamedViews.of(
            List.of(
                collection("shop.orders", "copy", "orders"),
                view("shop.open", "copy", "open", "{viewOn: 'orders', pipeline: []}")));

    assertThat(views.collections().get(1).namespace()).isEqualTo("copy.open");
    assertThat(views.collections().get(1).metadata().options().getString("viewOn").getValue())
        .isEqualTo("orders");
  }

  @Test
  void shouldRefuseWhenViewAndCollectionComeIntoDifferentDatabases() {
    assertThatThrownBy(
            () ->
                RenamedViews.of(
                    List.of(
                        collection("shop.orders", "shop", "orders"),
                        view("shop.open", "other", "open", "{viewOn: 'orders', pipeline: []}"))))
        .isInstanceOfSatisfying(
            TidemarkException.class,
            e -> assertThat(e.code()).isEqualTo(RestorerError.REQUEST_NOT_SUPPORTED));
  }

  @Test
  void shouldTellWhenAPipelineNamesARenamedCollection() {
    RenamedViews views =
        RenamedViews.of(
            List.of(
                collection("shop.orders", "shop", "orders"),
                collection("shop.users", "shop", "people"),
                view(
                    "shop.open",
                    "shop",
                    "open",
                    "{viewOn: 'orders', pipeline: [{$facet: {a: [{$lookup: {from: 'users'}}]}}]}")));

    assertThat(views.warnings()).singleElement().asString().contains("users is shop.people");
  }

  @Test
  void shouldTellWhenWhatAViewIsOnIsNotRestored() {
    RenamedViews views =
        RenamedViews.of(
            List.of(view("shop.open", "shop", "open", "{viewOn: 'orders', pipeline: []}")));

    assertThat(views.warnings()).singleElement().asString().contains("shop.open", "orders");
  }

  private static RestoredCollection collection(String source, String database, String name) {
    return restored(source, database, name, CollectionMetadata.COLLECTION, "{}");
  }

  private static RestoredCollection view(
      String source, String database, String name, String options) {
    return restored(source, database, name, CollectionMetadata.VIEW, options);
  }

  private static RestoredCollection restored(
      String source, String database, String name, String type, String options) {
    return new RestoredCollection(
        source,
        database,
        name,
        new CollectionMetadata(type, BsonDocument.parse(options), List.of(), Optional.empty()));
  }
}
