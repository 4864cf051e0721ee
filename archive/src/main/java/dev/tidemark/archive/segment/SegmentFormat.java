package dev.tidemark.archive.segment;

/**
 * How segments are written. It changes size and speed, never what a reader has to know.
 *
 * @param zstdLevel compression level of zstd
 * @param blockBytes a block is compressed once it holds at least so many bytes
 */
public record SegmentFormat(int zstdLevel, int blockBytes) {

  private static final int ZSTD_DEFAULT_LEVEL = 3;
  private static final int BLOCK_BYTES = 256 * 1024;
  private static final SegmentFormat DEFAULTS = new SegmentFormat(ZSTD_DEFAULT_LEVEL, BLOCK_BYTES);

  public SegmentFormat {
    if (zstdLevel < 1 || zstdLevel > 19) {
      throw new IllegalArgumentException("zstd levels run from 1 to 19: " + zstdLevel);
    }
    if (blockBytes < 1024) {
      throw new IllegalArgumentException("a block has at least 1 KiB: " + blockBytes);
    }
  }

  public static SegmentFormat defaults() {
    return DEFAULTS;
  }
}
