package dev.tidemark.cli.service;

import dev.tidemark.cli.error.CliError;
import dev.tidemark.oplog.error.TidemarkException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a Connect worker's REST interface listens, as {@code listeners} says: {@code
 * http://127.0.0.1:8083}.
 *
 * @param host as it is written; empty or an address that stands for all of this host's
 */
record RestListener(String scheme, String host, int port) {

  private static final Pattern FORM =
      Pattern.compile("(https?)://([^,/]*):([0-9]{1,5})/?", Pattern.CASE_INSENSITIVE);
  private static final Set<String> ALL = Set.of("", "0.0.0.0", "[::]");

  /**
   * The first of them, which workers advertise.
   *
   * @throws TidemarkException {@code CLI_BAD_OPTION}
   */
  static RestListener first(String listeners) {
    String first = listeners.split(",", 2)[0].strip();
    Matcher parts = FORM.matcher(first);
    if (!parts.matches()) {
      throw new TidemarkException(
          CliError.CLI_BAD_OPTION,
          "'" + first + "' is no address to listen at",
          "worker.listeners",
          "A right value is http://127.0.0.1:8083, or http://0.0.0.0:8083 for several hosts");
    }
    return new RestListener(
        parts.group(1).toLowerCase(Locale.ROOT), parts.group(2), Integer.parseInt(parts.group(3)));
  }

  /** Whether it stands for every address of this host, and so for none that others could use. */
  boolean isAnyAddress() {
    return ALL.contains(host);
  }

  /** How this host itself reaches it. */
  URI local() {
    return URI.create(scheme + "://" + (isAnyAddress() ? "127.0.0.1" : host) + ":" + port);
  }

  /**
   * How other hosts reach this one, as far as it knows: its address, or its name where that stands
   * for the loopback interface here.
   */
  static Optional<String> ownHost() {
    try {
      InetAddress own = InetAddress.getLocalHost();
      return Optional.of(own.isLoopbackAddress() ? own.getHostName() : own.getHostAddress());
    } catch (UnknownHostException e) {
      // Connect then takes what it finds itself.
      return Optional.empty();
    }
  }
}
