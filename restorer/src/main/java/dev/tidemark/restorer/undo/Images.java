package dev.tidemark.restorer.undo;

import dev.tidemark.oplog.bson.BsonSlice;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonNumber;
import org.bson.BsonValue;
import org.bson.codecs.BsonDocumentCodec;

/**
 * A document before and after an update, as it is restored and as it is at the source, where the
 * update was made for it. Which fields the update named does not matter: what it did at the source
 * shows that.
 *
 * @param restored before the update
 * @param restoredAfter what the update made of it
 * @param source before the update
 * @param sourceAfter what the update made of it
 */
public record Images(
    BsonDocument restored,
    BsonDocument restoredAfter,
    BsonDocument source,
    BsonDocument sourceAfter) {

  private static final BsonDocumentCodec CODEC = new BsonDocumentCodec();

  public static Images of(
      BsonSlice restored, BsonSlice restoredAfter, BsonSlice source, BsonSlice sourceAfter) {
    return new Images(
        decoded(restored), decoded(restoredAfter), decoded(source), decoded(sourceAfter));
  }

  private static BsonDocument decoded(BsonSlice document) {
    return document.toRawBsonDocument().decode(CODEC);
  }

  /**
   * Whether the update left a null where there was none and where it left something else at the
   * source.
   */
  public boolean leavesNull() {
    return leavesNull(restored, restoredAfter, sourceAfter);
  }

  private static boolean leavesNull(BsonValue before, BsonValue after, BsonValue source) {
    if (source == null) {
      return false;
    }
    if (after.isNull()) {
      return !source.isNull() && (before == null || !before.isNull());
    }
    if (after.isDocument() && source.isDocument()) {
      for (Map.Entry<String, BsonValue> field : after.asDocument().entrySet()) {
        if (leavesNull(
            field(before, field.getKey()),
            field.getValue(),
            source.asDocument().get(field.getKey()))) {
          return true;
        }
      }
    }
    if (after.isArray() && source.isArray()) {
      for (int i = 0; i < after.asArray().size(); i++) {
        if (leavesNull(element(before, i), after.asArray().get(i), element(source, i))) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Whether the update set a number, where another one was before than at the source: the result of
   * an addition is logged as its sum.
   */
  public boolean leavesNumber() {
    return leavesNumber(source, sourceAfter, restored, restoredAfter);
  }

  private static boolean leavesNumber(
      BsonValue source, BsonValue sourceAfter, BsonValue before, BsonValue after) {
    if (source == null || before == null || after == null) {
      return false;
    }
    if (sourceAfter.isNumber()) {
      return differ(source, sourceAfter) && differ(source, before) && sourceAfter.equals(after);
    }
    if (sourceAfter.isDocument()) {
      for (Map.Entry<String, BsonValue> field : sourceAfter.asDocument().entrySet()) {
        String name = field.getKey();
        if (leavesNumber(
            field(source, name), field.getValue(), field(before, name), field(after, name))) {
          return true;
        }
      }
    }
    if (sourceAfter.isArray()) {
      for (int i = 0; i < sourceAfter.asArray().size(); i++) {
        if (leavesNumber(
            element(source, i),
            sourceAfter.asArray().get(i),
            element(before, i),
            element(after, i))) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether both are numbers, but not the same one. */
  private static boolean differ(BsonValue one, BsonValue other) {
    if (!(one instanceof BsonNumber number) || !(other instanceof BsonNumber that)) {
      return false;
    }
    boolean comparable =
        one.getBsonType() != other.getBsonType() && !one.isDecimal128() && !other.isDecimal128();
    return comparable ? number.doubleValue() != that.doubleValue() : !one.equals(other);
  }

  private static BsonValue field(BsonValue container, String name) {
    return container instanceof BsonDocument document ? document.get(name) : null;
  }

  private static BsonValue element(BsonValue container, int index) {
    return container instanceof BsonArray array && index < array.size() ? array.get(index) : null;
  }
}
