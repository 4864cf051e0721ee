package dev.tidemark.restorer.account;

import dev.tidemark.oplog.bson.BsonSlice;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/**
 * A user or a role as a server stores it. Its document holds what passwords are checked against and
 * is never shown.
 */
public final class Account {

  private final AccountKind kind;
  private final AccountName name;
  private final BsonSlice bytes;
  private final RawBsonDocument document;

  private Account(AccountKind kind, BsonSlice bytes) {
    this.kind = kind;
    this.bytes = bytes;
    this.document = bytes.toRawBsonDocument();
    this.name = AccountName.read(document, kind.nameField());
  }

  /** Of a document of the kind's collection. */
  static Account of(AccountKind kind, BsonSlice document) {
    return new Account(kind, document.compact());
  }

  public AccountKind kind() {
    return kind;
  }

  public AccountName name() {
    return name;
  }

  RawBsonDocument document() {
    return document;
  }

  BsonSlice bytes() {
    return bytes;
  }

  /** The roles that it is granted. */
  List<AccountName> grantedRoles() {
    List<AccountName> granted = new ArrayList<>();
    for (BsonValue role : document.getArray("roles", new BsonArray())) {
      if (role instanceof BsonDocument reference) {
        granted.add(AccountName.read(reference, AccountKind.ROLE.nameField()));
      }
    }
    return granted;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Account account
        && account.kind == kind
        && account.document.equals(document);
  }

  @Override
  public int hashCode() {
    return Objects.hash(kind, name);
  }

  @Override
  public String toString() {
    return kind + " " + name;
  }
}
