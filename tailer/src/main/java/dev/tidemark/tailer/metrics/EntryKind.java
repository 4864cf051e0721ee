package dev.tidemark.tailer.metrics;

/** The kinds that entries are counted by. */
enum EntryKind {
  INSERT(
      TailerMetric.INSERTS_TOTAL,
      TailerMetric.INSERTS_RATE,
      TailerMetric.INSERT_BYTES_TOTAL,
      TailerMetric.INSERT_BYTES_RATE),
  UPDATE(
      TailerMetric.UPDATES_TOTAL,
      TailerMetric.UPDATES_RATE,
      TailerMetric.UPDATE_BYTES_TOTAL,
      TailerMetric.UPDATE_BYTES_RATE),
  DELETE(
      TailerMetric.DELETES_TOTAL,
      TailerMetric.DELETES_RATE,
      TailerMetric.DELETE_BYTES_TOTAL,
      TailerMetric.DELETE_BYTES_RATE),
  COMMAND(
      TailerMetric.COMMANDS_TOTAL,
      TailerMetric.COMMANDS_RATE,
      TailerMetric.COMMAND_BYTES_TOTAL,
      TailerMetric.COMMAND_BYTES_RATE),
  NOOP(
      TailerMetric.NOOPS_TOTAL,
      TailerMetric.NOOPS_RATE,
      TailerMetric.NOOP_BYTES_TOTAL,
      TailerMetric.NOOP_BYTES_RATE),
  OTHER(
      TailerMetric.OTHERS_TOTAL,
      TailerMetric.OTHERS_RATE,
      TailerMetric.OTHER_BYTES_TOTAL,
      TailerMetric.OTHER_BYTES_RATE);

  private final TailerMetric total;
  private final TailerMetric rate;
  private final TailerMetric bytesTotal;
  private final TailerMetric bytesRate;

  EntryKind(
      TailerMetric total, TailerMetric rate, TailerMetric bytesTotal, TailerMetric bytesRate) {
    this.total = total;
    this.rate = rate;
    this.bytesTotal = bytesTotal;
    this.bytesRate = bytesRate;
  }

  static EntryKind of(String op) {
    return switch (op) {
      case "i" -> INSERT;
      case "u" -> UPDATE;
      case "d" -> DELETE;
      case "c" -> COMMAND;
      case "n" -> NOOP;
      default -> OTHER;
    };
  }

  TailerMetric total() {
    return total;
  }

  TailerMetric rate() {
    return rate;
  }

  TailerMetric bytesTotal() {
    return bytesTotal;
  }

  TailerMetric bytesRate() {
    return bytesRate;
  }
}
