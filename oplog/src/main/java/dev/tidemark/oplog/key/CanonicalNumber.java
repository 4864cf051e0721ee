package dev.tidemark.oplog.key;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * Numbers by their exact value, whatever type they have: 1, 1L, 1.0 and the decimals 1 and 1.00 are
 * written alike, and 2^53 + 1 is no double.
 *
 * <p>A value that is an int64 is written as one, else as a double if it is one, else as a decimal
 * without trailing zeros.
 */
final class CanonicalNumber {

  private static final byte LONG = 0;
  private static final byte DOUBLE = 1;
  private static final byte DECIMAL = 2;

  /** Every NaN is equal to every other, of doubles and decimals. */
  private static final long NAN = 0x7FF8_0000_0000_0000L;

  private static final BigDecimal MIN_LONG = BigDecimal.valueOf(Long.MIN_VALUE);
  private static final BigDecimal MAX_LONG = BigDecimal.valueOf(Long.MAX_VALUE);

  private CanonicalNumber() {}

  static byte[] ofLong(byte valueClass, long value) {
    byte[] bytes = new byte[10];
    bytes[0] = valueClass;
    bytes[1] = LONG;
    for (int i = 0; i < 8; i++) {
      bytes[2 + i] = (byte) (value >>> (56 - 8 * i));
    }
    return bytes;
  }

  static void writeLong(byte valueClass, long value, CanonicalBytes out) {
    out.put(valueClass);
    out.put(LONG);
    out.putLong(value);
  }

  static void writeDouble(byte valueClass, long bits, CanonicalBytes out) {
    double value = Double.longBitsToDouble(bits);
    long asLong = (long) value;
    // 2^63 is the one double that the cast brings into range but that is no int64.
    if (asLong == value && asLong != Long.MAX_VALUE) {
      writeLong(valueClass, asLong, out);
    } else {
      out.put(valueClass);
      out.put(DOUBLE);
      out.putLong(Double.isNaN(value) ? NAN : bits);
    }
  }

  static void writeDecimal(byte valueClass, long high, long low, CanonicalBytes out) {
    DecimalBits bits = new DecimalBits(high, low);
    if (bits.isNaN()) {
      writeDouble(valueClass, NAN, out);
    } else if (bits.isInfinite()) {
      double infinity = bits.isNegative() ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
      writeDouble(valueClass, Double.doubleToRawLongBits(infinity), out);
    } else {
      writeFinite(valueClass, bits.toBigDecimal(), out);
    }
  }

  private static void writeFinite(byte valueClass, BigDecimal value, CanonicalBytes out) {
    BigDecimal shortest = value.stripTrailingZeros();
    if (shortest.scale() <= 0
        && shortest.compareTo(MIN_LONG) >= 0
        && shortest.compareTo(MAX_LONG) <= 0) {
      writeLong(valueClass, shortest.longValueExact(), out);
      return;
    }
    double nearest = shortest.doubleValue();
    if (Double.isFinite(nearest) && new BigDecimal(nearest).compareTo(shortest) == 0) {
      writeDouble(valueClass, Double.doubleToRawLongBits(nearest), out);
      return;
    }
    BigInteger unscaled = shortest.unscaledValue();
    byte[] digits = unscaled.toByteArray();
    out.put(valueClass);
    out.put(DECIMAL);
    out.putInt(shortest.scale());
    out.putInt(digits.length);
    out.put(digits, 0, digits.length);
  }
}
