package dev.tidemark.monitor.condition;

import dev.tidemark.monitor.alert.Assessment;
import java.time.Instant;
import java.util.List;

/** Something that is watched of any number of sources. */
@FunctionalInterface
public interface Condition {

  /**
   * What is found now, one assessment for each source about which something is known.
   *
   * @param now the present moment
   */
  List<Assessment> assess(Instant now);
}
