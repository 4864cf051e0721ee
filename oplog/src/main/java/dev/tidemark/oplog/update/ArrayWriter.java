package dev.tidemark.oplog.update;

import dev.tidemark.oplog.bson.BsonBuffer;
import dev.tidemark.oplog.bson.BsonCursor;
import dev.tidemark.oplog.bson.BsonTag;

/**
 * Writes the elements of an array one after the other. Elements that are kept are copied in runs;
 * one whose name is not its index gets it, as on the server.
 */
final class ArrayWriter {

  private final BsonBuffer out;
  private final int start;
  private byte[] source;
  private int runStart;
  private int runEnd;
  private int size;

  /** Begins the array; its own type and name are written already. */
  ArrayWriter(BsonBuffer out) {
    this.out = out;
    this.start = out.startDocument();
  }

  /** How many elements have been written. */
  int size() {
    return size;
  }

  void keep(BsonCursor element) {
    if (!isNamed(element, size)) {
      flush();
      out.header(element.tag(), size);
      out.copyValue(element);
    } else if (runEnd == element.elementOffset() && source == element.array()) {
      runEnd = element.elementEnd();
    } else {
      flush();
      source = element.array();
      runStart = element.elementOffset();
      runEnd = element.elementEnd();
    }
    size++;
  }

  /** Writes the header of the next element; the caller writes its value. */
  void next(byte tag) {
    flush();
    out.header(tag, size);
    size++;
  }

  void padTo(int newSize) {
    while (size < newSize) {
      next(BsonTag.NULL);
    }
  }

  void end() {
    flush();
    out.endDocument(start);
  }

  private void flush() {
    if (runEnd > runStart) {
      out.copy(source, runStart, runEnd - runStart);
      runStart = runEnd;
    }
    source = null;
  }

  private static boolean isNamed(BsonCursor element, int index) {
    byte[] array = element.array();
    int at = element.nameOffset() + element.nameLength();
    int rest = index;
    do {
      if (--at < element.nameOffset() || array[at] != '0' + rest % 10) {
        return false;
      }
      rest /= 10;
    } while (rest > 0);
    return at == element.nameOffset();
  }
}
