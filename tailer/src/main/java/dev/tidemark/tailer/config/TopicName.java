package dev.tidemark.tailer.config;

import java.util.regex.Pattern;

/** Kafka's rule for the names of topics. */
final class TopicName {

  private static final Pattern LEGAL = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

  private TopicName() {}

  static void check(String name) {
    if (!LEGAL.matcher(name).matches() || name.equals(".") || name.equals("..")) {
      throw new IllegalArgumentException(name);
    }
  }
}
