package dev.tidemark.embedded.mongo.command;

import dev.tidemark.embedded.mongo.bson.BsonTypes;
import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawElement;
import dev.tidemark.embedded.mongo.wire.CommandFailure;
import dev.tidemark.embedded.mongo.wire.Request;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** What tests have put in front of the commands of a member. Thread-safe. */
public final class CommandHooks {

  /** Sees a command before it is carried out, on the thread of its connection. */
  @FunctionalInterface
  public interface Hook {
    /**
     * @throws CommandFailure what the member answers instead
     */
    void before(ServedCommand command) throws InterruptedException;
  }

  private final List<Hook> hooks = new CopyOnWriteArrayList<>();
  private final Map<Long, String> applications = new ConcurrentHashMap<>();

  public void add(Hook hook) {
    hooks.add(hook);
  }

  public void remove(Hook hook) {
    hooks.remove(hook);
  }

  public void clear() {
    hooks.clear();
  }

  void before(Request request) throws InterruptedException {
    noteApplication(request);
    if (hooks.isEmpty()) {
      return;
    }
    ServedCommand command = served(request);
    for (Hook hook : hooks) {
      hook.before(command);
    }
  }

  void closed(long connection) {
    applications.remove(connection);
  }

  private void noteApplication(Request request) {
    RawDocument client = request.body().document("client");
    RawDocument application = client == null ? null : client.document("application");
    if (application != null && application.has("name")) {
      applications.put(request.connection(), application.get("name").string());
    }
  }

  private ServedCommand served(Request request) {
    RawElement argument = request.body().isEmpty() ? null : request.argument();
    boolean named = argument != null && argument.type() == BsonTypes.STRING;
    return new ServedCommand(
        applications.getOrDefault(request.connection(), ""),
        request.connection(),
        request.database(),
        request.command(),
        named ? argument.string() : "");
  }
}
