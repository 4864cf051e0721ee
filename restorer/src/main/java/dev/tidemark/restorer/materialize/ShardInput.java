package dev.tidemark.restorer.materialize;

import dev.tidemark.oplog.optime.Optime;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What one replica set is made of.
 *
 * @param dump its dump: a directory or an archive file
 * @param oplogs files of its entries; none for those in the dump
 * @param start the optime from which entries are applied, if the dump does not say it or says it
 *     wrongly
 * @param end the optime at which the dump was complete, likewise
 */
public record ShardInput(
    Path dump, List<Path> oplogs, Optional<Optime> start, Optional<Optime> end) {

  public ShardInput {
    Objects.requireNonNull(dump, "dump");
    oplogs = List.copyOf(oplogs);
    Objects.requireNonNull(start, "start");
    Objects.requireNonNull(end, "end");
  }
}
