package dev.tidemark.archive.digest;

import dev.tidemark.oplog.bson.BsonSlice;
import java.util.HexFormat;
import net.openhft.hashing.LongTupleHashFunction;

/**
 * The digest of a set of documents: their count, their bytes and the sum modulo 2^128 of the
 * XXH3-128 of each one.
 *
 * <p>The order of the documents does not matter, and sums of parts add up to the sum of the whole.
 * It finds accidents, not forgery. Not thread-safe.
 */
public final class DocumentSum {

  private static final LongTupleHashFunction XXH3 = LongTupleHashFunction.xx128();

  private final long[] hash = XXH3.newResultArray();
  private long count;
  private long bytes;
  private long low;
  private long high;

  public void add(BsonSlice document) {
    XXH3.hashBytes(document.array(), document.offset(), document.length(), hash);
    count++;
    bytes += document.length();
    addHash(hash[0], hash[1]);
  }

  public void add(Digest part) {
    count += part.count();
    bytes += part.bytes();
    addHash(part.low(), part.high());
  }

  private void addHash(long addLow, long addHigh) {
    long sum = low + addLow;
    long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
    low = sum;
    high = high + addHigh + carry;
  }

  public Digest digest() {
    return new Digest(count, bytes, high, low);
  }

  /**
   * A sum as a value.
   *
   * @param count documents
   * @param bytes bytes of all documents
   * @param high upper 64 bits of the sum
   * @param low lower 64 bits of the sum
   */
  public record Digest(long count, long bytes, long high, long low) {

    public static final Digest EMPTY = new Digest(0, 0, 0, 0);

    public Digest plus(Digest other) {
      DocumentSum sum = new DocumentSum();
      sum.add(this);
      sum.add(other);
      return sum.digest();
    }

    /** The sum as 32 hexadecimal digits. */
    public String hex() {
      HexFormat hex = HexFormat.of();
      return hex.toHexDigits(high) + hex.toHexDigits(low);
    }

    /** The inverse of {@link #hex()}. */
    public static Digest of(long count, long bytes, String hex) {
      return new Digest(
          count,
          bytes,
          Long.parseUnsignedLong(hex, 0, 16, 16),
          Long.parseUnsignedLong(hex, 16, 32, 16));
    }
  }
}
