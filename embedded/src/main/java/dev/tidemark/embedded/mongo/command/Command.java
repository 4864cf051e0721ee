package dev.tidemark.embedded.mongo.command;

import dev.tidemark.embedded.mongo.bson.RawWriter;
import dev.tidemark.embedded.mongo.wire.Request;

/** What answers one command. */
public interface Command {

  /**
   * @return the reply without {@code ok} and the times, which the table adds
   * @throws dev.tidemark.embedded.mongo.wire.CommandFailure if the command fails
   */
  RawWriter run(Request request) throws InterruptedException;
}
