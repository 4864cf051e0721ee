package dev.tidemark.monitor.failover;

import dev.tidemark.monitor.delivery.Webhook;
import dev.tidemark.schemas.alert.TopologyEvent;
import dev.tidemark.schemas.alert.TopologyEventKind;
import java.net.URI;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** Posts the primary as JSON, in the form of a topology event, to an HTTP address. */
public final class WebhookUpdater implements EndpointUpdater {

  private final Webhook<TopologyEvent> webhook;
  private final InstantSource clock;

  public WebhookUpdater(URI address, String authorization, InstantSource clock) {
    this.webhook =
        new Webhook<>(
            address,
            authorization,
            event -> event.getSource() + "-" + event.getSetId() + "-" + event.getTerm());
    this.clock = clock;
  }

  @Override
  public String name() {
    return "webhook";
  }

  @Override
  public void configure(Map<String, ?> settings) {
    // All it needs came with the constructor.
  }

  @Override
  public void update(PrimaryEndpoint endpoint) throws InterruptedException {
    webhook.deliver(
        TopologyEvent.newBuilder()
            .setSource(endpoint.setName())
            .setSetId(endpoint.setId())
            .setKind(TopologyEventKind.ENDPOINT_UPDATED)
            .setAt(clock.instant().truncatedTo(ChronoUnit.MILLIS))
            .setPrimary(endpoint.primary().host())
            .setTerm(endpoint.primary().term())
            .build());
  }
}
