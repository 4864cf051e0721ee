package dev.tidemark.archiver.partition;

import dev.tidemark.archiver.catchup.CatchUp;
import dev.tidemark.archiver.cut.PartitionCutter;
import java.nio.ByteBuffer;

/** Reads a partition again in the middle of an assignment, into the lanes that are there. */
final class Rereading implements CatchUp.Reader {

  /** Stands for the first offset that the topic still has. */
  static final long BEGINNING = 0;

  /** How long reading waits for room before it looks whether it should end. */
  static final long ROOM_PATIENCE_MILLIS = 100;

  private final PartitionCutter cutter;
  private final Workshop workshop;
  private final long from;
  private boolean begun;

  Rereading(PartitionCutter cutter, Workshop workshop, long from) {
    this.cutter = cutter;
    this.workshop = workshop;
    this.from = from;
  }

  @Override
  public void prepare() {
    // The lanes are there.
  }

  @Override
  public long begin() {
    if (!begun) {
      cutter.rewindTo(from);
      begun = true;
    }
    return cutter.position();
  }

  @Override
  public boolean awaitRoom() throws InterruptedException {
    return workshop.uploads().awaitRoom(ROOM_PATIENCE_MILLIS);
  }

  @Override
  public void read(long offset, ByteBuffer value) {
    cutter.take(offset, value);
  }

  @Override
  public void advanceTo(long offset) {
    cutter.advanceTo(offset);
  }
}
