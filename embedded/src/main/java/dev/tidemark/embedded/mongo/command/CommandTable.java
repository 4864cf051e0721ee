package dev.tidemark.embedded.mongo.command;

import de.bwaldvogel.mongo.exception.MongoServerError;
import de.bwaldvogel.mongo.exception.MongoServerException;
import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawWriter;
import dev.tidemark.embedded.mongo.member.Member;
import dev.tidemark.embedded.mongo.wire.CommandFailure;
import dev.tidemark.embedded.mongo.wire.Request;
import dev.tidemark.embedded.mongo.wire.WireServer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the command by name and gives its reply the frame of a replica-set member's. */
public final class CommandTable implements WireServer.Handler {

  private static final Logger LOG = LoggerFactory.getLogger(CommandTable.class);
  private static final byte[] NO_SIGNATURE = new byte[20];

  private final Map<String, Command> commands = new HashMap<>();
  private final Member member;
  private final Cursors cursors;
  private final Concerns concerns;
  private final CommandHooks hooks;
  private final AccountCommands accounts;

  public CommandTable(Member member) {
    this.member = member;
    this.cursors = new Cursors(member);
    this.concerns = new Concerns(member);
    this.hooks = new CommandHooks(member);
    this.accounts = new AccountCommands(member);
    new HelloCommands(member).addTo(commands);
    new StatusCommands(member).addTo(commands);
    new ReadCommands(member, cursors).addTo(commands);
    new AggregateCommand(member, cursors).addTo(commands);
    new WriteCommands(member).addTo(commands);
    new CatalogueCommands(member).addTo(commands);
    accounts.addTo(commands);
  }

  public Cursors cursors() {
    return cursors;
  }

  public AccountCommands accounts() {
    return accounts;
  }

  public CommandHooks hooks() {
    return hooks;
  }

  @Override
  public RawDocument handle(Request request) throws InterruptedException {
    RawWriter reply = new RawWriter();
    try {
      hooks.before(request);
      Command command = commands.get(request.command().toLowerCase(Locale.ROOT));
      if (command == null) {
        throw new CommandFailure(
            59, "CommandNotFound", "no such command: '" + request.command() + "'");
      }
      reply = command.run(request);
      concerns.awaitMajority(request.body(), reply);
      reply.number("ok", 1);
    } catch (CommandFailure e) {
      LOG.debug("simulator refuses {}: {}", request.command(), e.getMessage());
      reply = failure(request, e);
    } catch (MongoServerException e) {
      reply = failure(request, translated(e));
    } catch (IllegalArgumentException | ClassCastException | NullPointerException e) {
      // The engine says so when it meets something it has no code for.
      LOG.warn("simulator could not run {}", request.command(), e);
      reply = failure(request, new CommandFailure(8, "UnknownError", "simulator: " + e));
    }
    return times(reply).done();
  }

  @Override
  public void closed(long connection) {
    LOG.trace("connection {} closed", connection);
    hooks.closed(connection);
  }

  static CommandFailure translated(MongoServerException e) {
    return e instanceof MongoServerError error
        ? new CommandFailure(
            error.getCode(), error.getCodeName(), error.getMessageWithoutErrorCode())
        : new CommandFailure(8, "UnknownError", e.getMessageWithoutErrorCode());
  }

  private RawWriter failure(Request request, CommandFailure failure) {
    RawWriter reply = new RawWriter().number("ok", 0).string("errmsg", failure.getMessage());
    reply.int32("code", failure.code());
    if (failure.codeName() != null) {
      reply.string("codeName", failure.codeName());
    }
    if (failure.code() == CommandFailure.NOT_WRITABLE_PRIMARY) {
      afterAnElection(request.body(), reply);
    }
    return reply.all(failure.details());
  }

  /** Lets the driver find the new primary and, if the write can be told from others, try again. */
  private void afterAnElection(RawDocument command, RawWriter reply) {
    HelloCommands.topologyVersion(reply, member, member.topology().state());
    if (command.has("txnNumber") && !command.has("autocommit")) {
      reply.openArray("errorLabels").string("0", "RetryableWriteError").close();
    }
  }

  private RawWriter times(RawWriter reply) {
    long newest = member.oplog().newest().timestamp();
    reply.openDocument("$clusterTime").timestamp("clusterTime", newest);
    reply.openDocument("signature").binary("hash", 0, NO_SIGNATURE).int64("keyId", 0);
    return reply.close().close().timestamp("operationTime", newest);
  }
}
