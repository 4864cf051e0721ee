package dev.tidemark.restorer.account;

import org.bson.BsonDocument;
import org.bson.BsonString;

/**
 * The name of a user or a role, unique within its database. Ordered by database and name.
 *
 * @param database the one it was created in
 * @param name within it
 */
public record AccountName(String database, String name) implements Comparable<AccountName> {

  /** Reads {@code {<field>: name, db: database}}. */
  static AccountName read(BsonDocument document, String field) {
    return new AccountName(text(document, "db"), text(document, field));
  }

  private static String text(BsonDocument document, String field) {
    return document.getString(field, new BsonString("")).getValue();
  }

  @Override
  public int compareTo(AccountName other) {
    int byDatabase = database.compareTo(other.database);
    return byDatabase != 0 ? byDatabase : name.compareTo(other.name);
  }

  /** {@code shop.alice}, as servers write it into {@code _id}. */
  @Override
  public String toString() {
    return database + "." + name;
  }
}
