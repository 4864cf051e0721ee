package dev.tidemark.restorer.merge;

import dev.tidemark.archive.dump.DocumentStream;
import dev.tidemark.oplog.optime.Optime;
import java.io.IOException;

/** A part of a collection's documents in a base that is read from its beginning to its end. */
public interface BaseRange {

  /** Distinguishes it from the other ranges of its collection; the same at every attempt. */
  String id();

  /** Bytes that will be read, for estimates; -1 if unknown. */
  long size();

  /**
   * The largest optime that was known to be majority committed before its first document was read:
   * the documents hold all writes up to there. Entries up to it are not applied to them again,
   * which keeps the order of their fields where modifiers ({@code $v: 1}) would change it. {@link
   * Optime#ZERO} if nothing is known.
   */
  default Optime watermark() {
    return Optime.ZERO;
  }

  /** The one range of a collection that is always read as a whole, of unknown size. */
  static BaseRange whole(Opening opening) {
    return new BaseRange() {
      @Override
      public String id() {
        return "all";
      }

      @Override
      public long size() {
        return -1;
      }

      @Override
      public DocumentStream open() throws IOException {
        return opening.open();
      }
    };
  }

  /** Begins to read. */
  @FunctionalInterface
  interface Opening {
    DocumentStream open() throws IOException;
  }

  /** Opens it; several readers may be open one after another. The caller closes the stream. */
  DocumentStream open() throws IOException;
}
