package dev.tidemark.restorer.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AccountSelectionTest {

  @Test
  void shouldTakeAllWithEverything() {
    AccountSelection all = AccountSelection.of(List.of(), List.of(), Map.of());

    assertThat(selects(all, "shop")).isTrue();
    assertThat(selects(all, "admin")).isTrue();
    assertThat(selects(all, "$external")).isTrue();
  }

  @Test
  void shouldTakeThoseOfWholeDatabasesOnly() {
    AccountSelection some =
        AccountSelection.of(List.of("shop", "crm.people", "hr"), List.of("hr"), Map.of());

    assertThat(selects(some, "shop")).isTrue();
    assertThat(selects(some, "crm")).isFalse();
    assertThat(selects(some, "hr")).isFalse();
    assertThat(selects(some, "admin")).isFalse();
    assertThat(selects(some, "$external")).isFalse();
  }

  @Test
  void shouldTakeExternalUsersWithThoseOfAdmin() {
    AccountSelection admin = AccountSelection.of(List.of("admin"), List.of(), Map.of());

    assertThat(selects(admin, "$external")).isTrue();
    assertThat(selects(admin, "shop")).isFalse();
  }

  @Test
  void shouldRefuseWhatMakesNoSense() {
    assertThatThrownBy(() -> AccountSelection.of(List.of(), List.of(), Map.of("shop", "shop_copy")))
        .hasMessageContaining("REQUEST_MALFORMED");
    assertThatThrownBy(() -> AccountSelection.of(List.of("shop.orders"), List.of(), Map.of()))
        .hasMessageContaining("REQUEST_MALFORMED");
  }

  private static boolean selects(AccountSelection selection, String database) {
    return selection.selects(new AccountName(database, "somebody"));
  }
}
