package dev.tidemark.archiver.partition;

import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.segment.SegmentFormat;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archiver.cut.SegmentLimits;
import dev.tidemark.archiver.cut.SetWatch;
import dev.tidemark.archiver.durable.DurableWatch;
import dev.tidemark.archiver.index.IndexUpkeep;
import dev.tidemark.archiver.upload.Backoff;
import dev.tidemark.archiver.upload.UploadPool;
import dev.tidemark.schemas.event.OplogEventReader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * What the partitions of one archiver share. Everything in it is thread-safe.
 *
 * @param store where segments go
 * @param keys of that archive
 * @param events reads the topic's values
 * @param limits when segments end
 * @param format how segments are written
 * @param spool local directory for segments that grow or wait
 * @param spoolNames numbers the files in it
 * @param uploads brings segments to the store
 * @param index keeps roll-ups up to date
 * @param watches makes what is told about the sets of one assignment
 * @param durable shows what is archived
 * @param consumers makes the consumers that read partitions again
 * @param topicIds looks up the id of a topic
 * @param handoverBytes how much may wait in memory while a partition is read again
 * @param backoff before a partition is cut again after its spool failed
 */
public record Workshop(
    ObjectStore store,
    ObjectKeys keys,
    OplogEventReader events,
    SegmentLimits limits,
    SegmentFormat format,
    Path spool,
    AtomicLong spoolNames,
    UploadPool uploads,
    IndexUpkeep index,
    Supplier<SetWatch> watches,
    DurableWatch durable,
    Supplier<Consumer<byte[], ByteBuffer>> consumers,
    Function<String, String> topicIds,
    long handoverBytes,
    Backoff backoff) {}
