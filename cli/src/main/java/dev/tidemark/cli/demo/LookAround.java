package dev.tidemark.cli.demo;

import dev.tidemark.cli.console.Console;
import dev.tidemark.cli.demo.stack.DemoStack;
import dev.tidemark.cli.demo.stack.Services;
import dev.tidemark.embedded.s3.EmbeddedS3;

/** Tells what a curious person can do with a stack that was left running. */
final class LookAround {

  private LookAround() {}

  static void print(Console console, DemoStack stack, String sourceUri, String target) {
    String brokers = stack.embedded().kafka().bootstrapServers();
    EmbeddedS3 s3 = stack.embedded().s3();
    console.say("");
    console.say("Everything is still running. To look around with ordinary tools:");
    console.say("");
    console.say("  # how far the archive is behind the topic");
    console.say(
        "  kafka-consumer-groups.sh --bootstrap-server %s --describe --group %s",
        brokers, Services.durableGroup());
    console.say("  # the topics");
    console.say("  kafka-topics.sh --bootstrap-server %s --list", brokers);
    console.say("  # the connector");
    console.say("  curl -s '%s/connectors?expand=status'", stack.embedded().connect().rest().url());
    console.say("  # the schemas");
    console.say("  curl -s %s/subjects", stack.embedded().registry().url());
    console.say("  # the archive");
    console.say(
        "  AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s AWS_DEFAULT_REGION=%s"
            + " aws --endpoint-url %s s3 ls --recursive s3://%s",
        s3.accessKeyId(), s3.secretAccessKey(), s3.region(), s3.endpoint(), DemoStack.BUCKET);
    console.say("  # the source, and what was restored");
    console.say("  mongosh '%s'", sourceUri);
    console.say(target.startsWith("mongodb") ? "  mongosh '%s'" : "  ls -R '%s'", target);
    console.say("");
    console.say("Ctrl-C ends it.");
  }
}
