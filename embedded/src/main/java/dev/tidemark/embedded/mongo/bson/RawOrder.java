package dev.tidemark.embedded.mongo.bson;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import org.bson.types.Decimal128;

/**
 * The server's order of BSON values, without collation: types in their canonical order, numbers of
 * all kinds by exact value, documents field by field. Values that compare equal are one key of an
 * index: {@code 1}, {@code 1L} and {@code 1.0} are the same {@code _id}.
 */
public final class RawOrder implements Comparator<RawElement> {

  public static final RawOrder INSTANCE = new RawOrder();

  private RawOrder() {}

  @Override
  public int compare(RawElement a, RawElement b) {
    int typeA = canonical(a.type());
    int typeB = canonical(b.type());
    if (typeA != typeB) {
      return Integer.compare(typeA, typeB);
    }
    return switch (a.type()) {
      case BsonTypes.DOUBLE, BsonTypes.INT32, BsonTypes.INT64, BsonTypes.DECIMAL128 ->
          numbers(a, b);
      case BsonTypes.STRING, BsonTypes.SYMBOL, BsonTypes.CODE -> texts(a, b);
      case BsonTypes.DOCUMENT, BsonTypes.ARRAY -> documents(a.document(), b.document());
      case BsonTypes.BINARY -> binaries(a, b);
      case BsonTypes.DATE -> Long.compare(a.int64(), b.int64());
      case BsonTypes.TIMESTAMP -> Long.compareUnsigned(a.int64(), b.int64());
      default -> bytes(a, a.valueOffset(), a.end(), b, b.valueOffset(), b.end());
    };
  }

  private static int canonical(int type) {
    return switch (type) {
      case BsonTypes.MIN_KEY -> -1;
      case BsonTypes.UNDEFINED -> 0;
      case BsonTypes.NULL -> 5;
      case BsonTypes.DOUBLE, BsonTypes.INT32, BsonTypes.INT64, BsonTypes.DECIMAL128 -> 10;
      case BsonTypes.STRING, BsonTypes.SYMBOL -> 15;
      case BsonTypes.DOCUMENT -> 20;
      case BsonTypes.ARRAY -> 25;
      case BsonTypes.BINARY -> 30;
      case BsonTypes.OBJECT_ID -> 35;
      case BsonTypes.BOOLEAN -> 40;
      case BsonTypes.DATE -> 45;
      case BsonTypes.TIMESTAMP -> 47;
      case BsonTypes.REGEX -> 50;
      case BsonTypes.DB_POINTER -> 55;
      case BsonTypes.CODE -> 60;
      case BsonTypes.CODE_WITH_SCOPE -> 65;
      case BsonTypes.MAX_KEY -> 127;
      default -> throw new IllegalArgumentException("unknown BSON type " + type);
    };
  }

  private int documents(RawDocument a, RawDocument b) {
    Iterator<RawElement> left = a.iterator();
    Iterator<RawElement> right = b.iterator();
    while (left.hasNext() && right.hasNext()) {
      RawElement l = left.next();
      RawElement r = right.next();
      int order = Integer.compare(canonical(l.type()), canonical(r.type()));
      if (order == 0) {
        order = bytes(l, l.start() + 1, l.valueOffset(), r, r.start() + 1, r.valueOffset());
      }
      if (order == 0) {
        order = compare(l, r);
      }
      if (order != 0) {
        return order;
      }
    }
    return Boolean.compare(left.hasNext(), right.hasNext());
  }

  private static int texts(RawElement a, RawElement b) {
    return bytes(a, a.valueOffset() + 4, a.end(), b, b.valueOffset() + 4, b.end());
  }

  private static int binaries(RawElement a, RawElement b) {
    int order = Integer.compare(a.valueLength(), b.valueLength());
    if (order == 0) {
      order = Integer.compare(a.binarySubtype(), b.binarySubtype());
    }
    return order != 0
        ? order
        : bytes(a, a.valueOffset() + 5, a.end(), b, b.valueOffset() + 5, b.end());
  }

  private static int bytes(RawElement a, int fromA, int toA, RawElement b, int fromB, int toB) {
    return Arrays.compareUnsigned(a.array(), fromA, toA, b.array(), fromB, toB);
  }

  private static int numbers(RawElement a, RawElement b) {
    boolean integerA = a.type() == BsonTypes.INT32 || a.type() == BsonTypes.INT64;
    boolean integerB = b.type() == BsonTypes.INT32 || b.type() == BsonTypes.INT64;
    if (integerA && integerB) {
      return Long.compare(a.asLong(), b.asLong());
    }
    double specialA = special(a);
    double specialB = special(b);
    boolean nanA = Double.isNaN(specialA);
    boolean nanB = Double.isNaN(specialB);
    if (nanA || nanB) {
      return Boolean.compare(nanB, nanA);
    }
    if (specialA != 0 || specialB != 0) {
      return Double.compare(specialA, specialB);
    }
    return exact(a).compareTo(exact(b));
  }

  /** NaN and the infinities as they are, 0 for every finite number. */
  private static double special(RawElement number) {
    if (number.type() == BsonTypes.DOUBLE) {
      double value = number.asDouble();
      return Double.isFinite(value) ? 0 : value;
    }
    if (number.type() == BsonTypes.DECIMAL128) {
      Decimal128 value = number.decimal();
      if (value.isNaN()) {
        return Double.NaN;
      }
      if (value.isInfinite()) {
        return value.isNegative() ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
      }
    }
    return 0;
  }

  private static BigDecimal exact(RawElement number) {
    return switch (number.type()) {
      case BsonTypes.DOUBLE -> new BigDecimal(number.asDouble());
      case BsonTypes.DECIMAL128 -> {
        Decimal128 value = number.decimal();
        // bigDecimalValue refuses negative zero, which compares like zero.
        yield value.equals(Decimal128.NEGATIVE_ZERO) || isNegativeZero(value)
            ? BigDecimal.ZERO
            : value.bigDecimalValue();
      }
      default -> BigDecimal.valueOf(number.asLong());
    };
  }

  private static boolean isNegativeZero(Decimal128 value) {
    return value.isNegative() && value.toString().matches("-0(\\.0*)?(E.*)?");
  }
}
