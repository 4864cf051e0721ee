package dev.tidemark.monitor.failover;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** An updater as somebody else would write one; it fails the first time that it is called. */
public final class RecordingUpdater implements EndpointUpdater {

  static final List<PrimaryEndpoint> CALLS = new CopyOnWriteArrayList<>();

  private Map<String, ?> settings = Map.of();

  @Override
  public String name() {
    return "recording";
  }

  @Override
  public void configure(Map<String, ?> given) {
    settings = given;
  }

  @Override
  public void update(PrimaryEndpoint endpoint) {
    CALLS.add(endpoint);
    if (CALLS.size() == 1) {
      throw new IllegalStateException(settings.get("failover.updaters") + " is not ready");
    }
  }
}
