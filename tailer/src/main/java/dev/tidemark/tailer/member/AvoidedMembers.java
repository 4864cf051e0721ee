package dev.tidemark.tailer.member;

import com.mongodb.ServerAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.utils.Time;

/**
 * Members that failed, for a while: whatever ailed them may have passed. Of several the one that
 * failed last comes last, so that two of them are not taken in turns while a third one waits. Not
 * thread-safe.
 */
final class AvoidedMembers {

  static final Duration WHILE = Duration.ofMinutes(1);

  private final Map<ServerAddress, Long> since = new HashMap<>();
  private final Time time;

  AvoidedMembers(Time time) {
    this.time = time;
  }

  void add(ServerAddress address) {
    since.put(address, time.hiResClockMs());
  }

  boolean contains(ServerAddress address) {
    Long failed = since.get(address);
    return failed != null && time.hiResClockMs() - failed < WHILE.toMillis();
  }

  /** What members are ordered by: when they failed; those that may be taken come first. */
  long order(ServerAddress address) {
    return contains(address) ? since.get(address) : Long.MIN_VALUE;
  }

  void clear() {
    since.clear();
  }
}
