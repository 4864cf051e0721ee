package dev.tidemark.oplog.key;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * A decimal128 in IEEE 754's binary encoding, of which BSON's decimals are.
 *
 * @param high the upper 64 bits
 * @param low the lower 64 bits
 */
record DecimalBits(long high, long low) {

  private static final int EXPONENT_BIAS = 6176;
  private static final long COEFFICIENT_HIGH = 0x0001_FFFF_FFFF_FFFFL;
  private static final BigInteger MAX_COEFFICIENT = BigInteger.TEN.pow(34).subtract(BigInteger.ONE);

  boolean isNegative() {
    return high < 0;
  }

  boolean isNaN() {
    return (high & 0x7C00_0000_0000_0000L) == 0x7C00_0000_0000_0000L;
  }

  boolean isInfinite() {
    return (high & 0x7C00_0000_0000_0000L) == 0x7800_0000_0000_0000L;
  }

  /** The value of a finite number; negative zero is zero. */
  BigDecimal toBigDecimal() {
    if ((high & 0x6000_0000_0000_0000L) == 0x6000_0000_0000_0000L) {
      // This form's coefficients have more than 34 digits: the standard reads them as zero.
      return BigDecimal.ZERO;
    }
    int exponent = (int) (high >>> 49 & 0x3FFF) - EXPONENT_BIAS;
    BigInteger coefficient =
        BigInteger.valueOf(high & COEFFICIENT_HIGH).shiftLeft(64).or(unsigned(low));
    if (coefficient.compareTo(MAX_COEFFICIENT) > 0) {
      return BigDecimal.ZERO;
    }
    return new BigDecimal(isNegative() ? coefficient.negate() : coefficient, -exponent);
  }

  private static BigInteger unsigned(long value) {
    BigInteger lower = BigInteger.valueOf(value & Long.MAX_VALUE);
    return value < 0 ? lower.setBit(63) : lower;
  }
}
