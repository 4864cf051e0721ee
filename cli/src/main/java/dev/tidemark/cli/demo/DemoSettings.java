package dev.tidemark.cli.demo;

import dev.tidemark.embedded.stack.EmbeddedStack.Part;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What the demo was asked for.
 *
 * @param captured directory of a captured oplog with its expected states
 * @param source connection string of a replica set to use instead of the simulator
 * @param target connection string of a server to restore into instead of the simulator
 * @param ports fixed ports of parts of the embedded stack
 * @param seed what the workload's choices derive from
 */
record DemoSettings(
    Optional<Path> captured,
    Optional<String> source,
    Optional<String> target,
    Map<Part, Integer> ports,
    long seed) {}
