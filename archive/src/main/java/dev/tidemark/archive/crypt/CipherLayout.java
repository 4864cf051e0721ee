package dev.tidemark.archive.crypt;

/**
 * Where plain bytes lie in an encrypted object:
 *
 * <pre>
 * envelope (512 bytes: magic, version, wrapped data key, zeros)
 * Tink's header of AES256-GCM-HKDF streaming (40 bytes: length, salt, nonce prefix)
 * pieces, each ending with a tag of 16 bytes; with what precedes it the first one has 64 KiB too
 * </pre>
 */
final class CipherLayout {

  static final int ENVELOPE_BYTES = 512;
  static final int STREAM_HEADER_BYTES = 40;
  static final int FRONT_BYTES = ENVELOPE_BYTES + STREAM_HEADER_BYTES;
  static final int PIECE_BYTES = 64 * 1024;
  static final int TAG_BYTES = 16;
  private static final int PLAIN_PER_PIECE = PIECE_BYTES - TAG_BYTES;
  private static final int PLAIN_IN_FIRST = PLAIN_PER_PIECE - FRONT_BYTES;

  private CipherLayout() {}

  /** Size of what was encrypted; 0 for an object that is too short to be encrypted. */
  static long plainSize(long storedSize) {
    long pieces = pieces(storedSize);
    return Math.max(0, storedSize - FRONT_BYTES - pieces * TAG_BYTES);
  }

  /** Pieces of an object; an empty one has one, for its tag. */
  static long pieces(long storedSize) {
    return Math.max(1, (storedSize + PIECE_BYTES - 1) / PIECE_BYTES);
  }

  /** The piece that holds a plain byte. */
  static long pieceOf(long plainOffset) {
    return plainOffset < PLAIN_IN_FIRST ? 0 : 1 + (plainOffset - PLAIN_IN_FIRST) / PLAIN_PER_PIECE;
  }

  /** The first plain byte of a piece. */
  static long plainStart(long piece) {
    return piece == 0 ? 0 : PLAIN_IN_FIRST + (piece - 1) * PLAIN_PER_PIECE;
  }

  /** Where a piece begins in the object. */
  static long storedStart(long piece) {
    return piece == 0 ? FRONT_BYTES : piece * PIECE_BYTES;
  }

  /** Where a piece ends in the object. */
  static long storedEnd(long piece, long storedSize) {
    return Math.min(storedSize, (piece + 1) * PIECE_BYTES);
  }
}
