package dev.tidemark.restorer.restore;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.merge.OplogSource;
import java.io.IOException;

/** One source of entries after the other; what both hold is given once. */
record ChainedOplog(OplogSource first, OplogSource second) implements OplogSource {

  @Override
  public String location() {
    return first.location() + ", then " + second.location();
  }

  @Override
  public Cursor open(Optime from) throws IOException {
    return new ChainedCursor(from);
  }

  private final class ChainedCursor implements Cursor {
    private final Optime from;
    private Cursor current;
    private boolean inSecond;
    private Optime last = Optime.ZERO;

    ChainedCursor(Optime from) throws IOException {
      this.from = from;
      this.current = first.open(from);
    }

    @Override
    public BsonSlice next() throws IOException {
      while (true) {
        BsonSlice entry = current.next();
        if (entry == null) {
          if (inSecond) {
            return null;
          }
          current.close();
          inSecond = true;
          current = second.open(from);
          continue;
        }
        Optime optime = new Optime(entry.find("ts").timestamp());
        if (optime.isAfter(last)) {
          last = optime;
          return entry;
        }
      }
    }

    @Override
    public void close() throws IOException {
      current.close();
    }
  }
}
