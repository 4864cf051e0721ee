package dev.tidemark.cli.demo;

import dev.tidemark.cli.demo.job.Desks;
import dev.tidemark.cli.demo.job.JobDesk;
import dev.tidemark.cli.demo.stack.Closer;
import dev.tidemark.cli.demo.stack.DemoStack;
import dev.tidemark.cli.demo.stack.Services;
import dev.tidemark.cli.demo.stack.WorkDirectory;
import dev.tidemark.cli.demo.watch.CaptureWatch;
import dev.tidemark.cli.demo.watch.SegmentWatch;
import dev.tidemark.schemas.event.OplogEventView;
import dev.tidemark.schemas.request.RestoreRequest;
import dev.tidemark.schemas.request.SnapshotRequest;
import dev.tidemark.schemas.status.RestoreStatus;
import dev.tidemark.schemas.status.SnapshotStatus;
import java.time.Clock;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Tidemark's services on the demo's servers, and what looks at them from outside. The connector is
 * not part of it: it is created once the source is ready.
 *
 * @param stack the servers
 * @param capture what is on the topic of the oplog
 * @param segments what is archived
 * @param snapshots where snapshots are asked for
 * @param restores where restores are asked for
 */
record Pipeline(
    DemoStack stack,
    CaptureWatch capture,
    SegmentWatch segments,
    JobDesk<SnapshotRequest, SnapshotStatus> snapshots,
    JobDesk<RestoreRequest, RestoreStatus> restores) {

  /**
   * Starts the services.
   *
   * @param aliases settings that name the clusters and targets
   * @param logged when the source logged an entry
   */
  static Pipeline start(
      DemoStack stack,
      WorkDirectory work,
      Map<String, String> aliases,
      ToLongFunction<OplogEventView> logged,
      Closer closer,
      Clock clock) {
    Map<String, Object> client = stack.kafkaClient();
    Pipeline pipeline =
        new Pipeline(
            stack,
            closer.add(
                new CaptureWatch(
                    client, stack.topics().oplogBackup(), stack.registry(), logged, clock)),
            closer.add(
                new SegmentWatch(client, stack.topics().oplogSegments(), stack.registry(), clock)),
            closer.add(Desks.snapshots(client, stack.registry(), stack.topics(), clock)),
            closer.add(Desks.restores(client, stack.registry(), stack.topics(), clock)));
    closer.add(Services.archiver(stack, work.path(), DemoTimes.SEGMENT_WINDOW));
    closer.add(Services.restorer(stack, work.path(), aliases));
    return pipeline;
  }
}
