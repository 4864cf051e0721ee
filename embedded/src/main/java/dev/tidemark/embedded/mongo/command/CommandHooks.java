package dev.tidemark.embedded.mongo.command;

import dev.tidemark.embedded.mongo.bson.BsonTypes;
import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawElement;
import dev.tidemark.embedded.mongo.member.Member;
import dev.tidemark.embedded.mongo.store.SimulatedCollection;
import dev.tidemark.embedded.mongo.wire.CommandFailure;
import dev.tidemark.embedded.mongo.wire.Request;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
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

  private final Member member;
  private final List<Hook> hooks = new CopyOnWriteArrayList<>();
  private final Map<Long, String> applications = new ConcurrentHashMap<>();

  CommandHooks(Member member) {
    this.member = member;
  }

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
    Set<ServedCommand.Trait> traits = EnumSet.noneOf(ServedCommand.Trait.class);
    String collection = "";
    RawElement argument = request.body().isEmpty() ? null : request.argument();
    if (argument != null && argument.type() == BsonTypes.STRING) {
      collection = argument.string();
    } else if (argument != null && argument.type() == BsonTypes.BINARY) {
      traits.add(ServedCommand.Trait.BY_UUID);
      collection = byUuid(argument.uuid());
    }
    if (request.body().isTrue("bypassDocumentValidation")) {
      traits.add(ServedCommand.Trait.BYPASSES_VALIDATION);
    }
    if (request.body().isTrue("upsert") || upserts(request)) {
      traits.add(ServedCommand.Trait.UPSERTS);
    }
    return new ServedCommand(
        applications.getOrDefault(request.connection(), ""),
        request.connection(),
        request.database(),
        request.command(),
        collection,
        traits);
  }

  private static boolean upserts(Request request) {
    return request.command().equals("update")
        && request.documents("updates").stream().anyMatch(update -> update.isTrue("upsert"));
  }

  private String byUuid(UUID uuid) {
    if (member.identity().oplogUuid().equals(uuid)) {
      return "oplog.rs";
    }
    SimulatedCollection collection = uuid == null ? null : member.namespaces().get(uuid);
    return collection == null
        ? ""
        : collection.namespace().substring(collection.namespace().indexOf('.') + 1);
  }
}
