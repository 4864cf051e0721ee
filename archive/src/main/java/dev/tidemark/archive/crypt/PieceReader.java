package dev.tidemark.archive.crypt;

import com.google.crypto.tink.subtle.StreamSegmentDecrypter;
import dev.tidemark.archive.error.ArchiveException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/** Decrypts pieces of one object. Not thread-safe. */
final class PieceReader {

  private final StreamSegmentDecrypter decrypter;
  private final long storedSize;
  private final String where;

  /**
   * @param front the object's first {@link CipherLayout#FRONT_BYTES} bytes
   * @param storedSize size of the object
   */
  PieceReader(DataKeys keys, byte[] front, long storedSize, String key, String where) {
    this.storedSize = storedSize;
    this.where = where;
    if (front.length < CipherLayout.FRONT_BYTES) {
      throw ArchiveException.corrupt("the object is too short to be encrypted", where, null);
    }
    try {
      decrypter = keys.of(front, where).newStreamSegmentDecrypter();
      decrypter.init(
          ByteBuffer.wrap(front, CipherLayout.ENVELOPE_BYTES, CipherLayout.STREAM_HEADER_BYTES),
          DataKeys.associatedData(front, key));
    } catch (GeneralSecurityException e) {
      throw ArchiveException.corrupt("the object's envelope is damaged", where, e);
    }
  }

  /**
   * Decrypts neighbouring pieces.
   *
   * @param first number of the first piece
   * @param stored the bytes of whole pieces, from the first one's start
   */
  byte[] decrypt(long first, byte[] stored) {
    ByteArrayOutputStream plain = new ByteArrayOutputStream(stored.length);
    long last = CipherLayout.pieces(storedSize) - 1;
    long base = CipherLayout.storedStart(first);
    byte[] piece = new byte[CipherLayout.PIECE_BYTES];
    long number = first;
    int offset = 0;
    do {
      long end = Math.min(CipherLayout.storedEnd(number, storedSize) - base, stored.length);
      ByteBuffer out = ByteBuffer.wrap(piece);
      try {
        decrypter.decryptSegment(
            ByteBuffer.wrap(Arrays.copyOfRange(stored, offset, (int) Math.max(offset, end))),
            Math.toIntExact(number),
            number == last,
            out);
      } catch (GeneralSecurityException e) {
        throw ArchiveException.corrupt(
            "the object is not what was encrypted", where + " byte " + (base + offset), e);
      }
      plain.write(piece, 0, out.position());
      offset = (int) end;
      number++;
    } while (offset < stored.length);
    return plain.toByteArray();
  }
}
