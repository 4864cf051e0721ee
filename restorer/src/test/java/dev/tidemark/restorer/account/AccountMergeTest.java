package dev.tidemark.restorer.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.oplog.bson.BsonSlice;
import java.util.List;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Test;

class AccountMergeTest {

  @Test
  void shouldAddWhatIsMissingAndGiveTheServerNothingElse() {
    AccountMerge merge =
        merge(List.of(user("shop", "ann", "1")), List.of(user("shop", "bob", "1")), List.of());

    assertThat(merge.written()).extracting(Account::toString).containsExactly("user shop.ann");
    assertThat(merge.steps()).hasSize(1);
    assertThat(merge.steps().get(0).replacing()).isFalse();
    assertThat(merge.steps().get(0).given().userNames()).containsExactly("shop.ann");
  }

  @Test
  void shouldGiveTheServerWhatStaysWhereSomethingIsReplaced() {
    AccountMerge merge =
        merge(
            List.of(user("shop", "ann", "new"), user("crm", "eve", "1")),
            List.of(
                user("shop", "ann", "old"),
                user("shop", "bob", "1"),
                role("shop", "clerk"),
                user("hr", "joe", "1")),
            List.of());

    List<AccountMerge.Step> steps = merge.steps();
    assertThat(steps).extracting(AccountMerge.Step::database).containsExactly("crm", "shop");
    assertThat(steps.get(0).replacing()).isFalse();
    assertThat(steps.get(1).replacing()).isTrue();
    assertThat(steps.get(1).given().userNames()).containsExactly("shop.ann", "shop.bob");
    assertThat(steps.get(1).given().users()).contains(user("shop", "ann", "new"));
    assertThat(steps.get(1).given().roleNames()).containsExactly("shop.clerk");
  }

  @Test
  void shouldLeaveWhatIsThereAlreadyAlone() {
    AccountMerge merge =
        merge(List.of(user("shop", "ann", "1")), List.of(user("shop", "ann", "1")), List.of());

    assertThat(merge.written()).isEmpty();
    assertThat(merge.steps()).isEmpty();
    assertThat(merge.unchanged()).hasSize(1);
  }

  @Test
  void shouldSpareTheRestoringAccountAndEveryRoleThatItActsBy() {
    AccountMerge merge =
        new AccountMerge(
            Accounts.of(
                List.of(
                    user("admin", "restore", "old"),
                    role("admin", "restorer"),
                    role("admin", "reader"),
                    role("admin", "other"))),
            Accounts.NONE,
            Accounts.of(
                List.of(
                    user("admin", "restore", "new"),
                    role("admin", "restorer", "reader"),
                    role("admin", "reader", "deeper"))),
            List.of(new AccountName("admin", "restore")),
            List.of(new AccountName("admin", "restorer")));

    assertThat(merge.spared())
        .extracting(Account::toString)
        .containsExactlyInAnyOrder(
            "user admin.restore", "role admin.restorer", "role admin.reader");
    assertThat(merge.written()).extracting(Account::toString).containsExactly("role admin.other");
  }

  @Test
  void shouldRemoveWhatIsGoneButForTheRestoringAccount() {
    AccountMerge merge =
        new AccountMerge(
            Accounts.NONE,
            Accounts.of(
                List.of(
                    user("admin", "restore", "1"),
                    user("crm", "eve", "1"),
                    user("shop", "ann", "1"),
                    user("shop", "long gone", "1"))),
            Accounts.of(
                List.of(
                    user("admin", "restore", "1"),
                    user("crm", "eve", "1"),
                    user("shop", "ann", "2"),
                    user("shop", "bob", "1"),
                    role("shop", "clerk"))),
            List.of(new AccountName("admin", "restore")),
            List.of());

    assertThat(merge.removed())
        .extracting(Account::toString)
        .containsExactly("user crm.eve", "user shop.ann");
    assertThat(merge.spared()).extracting(Account::toString).containsExactly("user admin.restore");
    List<AccountMerge.Step> steps = merge.steps();
    assertThat(steps).extracting(AccountMerge.Step::database).containsExactly("crm", "shop");
    assertThat(steps).allMatch(AccountMerge.Step::replacing);
    assertThat(steps.get(0).given()).isEqualTo(Accounts.NONE);
    assertThat(steps.get(0).kinds()).containsExactly(AccountKind.USER);
    assertThat(steps.get(1).given().userNames()).containsExactly("shop.bob");
    assertThat(steps.get(1).given().roleNames()).containsExactly("shop.clerk");
  }

  @Test
  void shouldNameTheGrantedRolesThatNobodyBrings() {
    AccountMerge merge =
        merge(
            List.of(user("shop", "ann", "1", "clerk", "there", "gone"), role("shop", "clerk")),
            List.of(role("shop", "there")),
            List.of());

    assertThat(merge.granted()).containsExactly(new AccountName("shop", "gone"));
  }

  @Test
  void shouldNeverShowCredentials() {
    assertThat(user("shop", "ann", "secret").toString()).isEqualTo("user shop.ann");
    assertThat(Accounts.of(List.of(user("shop", "ann", "secret"))).toString())
        .doesNotContain("secret");
  }

  private static AccountMerge merge(
      List<Account> wanted, List<Account> existing, List<AccountName> self) {
    return new AccountMerge(
        Accounts.of(wanted), Accounts.NONE, Accounts.of(existing), self, List.of());
  }

  private static Account user(String database, String name, String key, String... roles) {
    return account(
        AccountKind.USER,
        "user: '%s', db: '%s', credentials: {'SCRAM-SHA-256': {storedKey: '%s'}}"
            .formatted(name, database, key),
        database,
        roles);
  }

  private static Account role(String database, String name, String... roles) {
    return account(
        AccountKind.ROLE,
        "role: '%s', db: '%s', privileges: []".formatted(name, database),
        database,
        roles);
  }

  private static Account account(
      AccountKind kind, String fields, String database, String... roles) {
    String granted =
        String.join(
            ", ",
            List.of(roles).stream()
                .map(role -> "{role: '%s', db: '%s'}".formatted(role, database))
                .toList());
    RawBsonDocument raw = RawBsonDocument.parse("{" + fields + ", roles: [" + granted + "]}");
    byte[] bytes = new byte[raw.getByteBuffer().remaining()];
    raw.getByteBuffer().get(bytes);
    return Account.of(kind, BsonSlice.of(bytes));
  }
}
