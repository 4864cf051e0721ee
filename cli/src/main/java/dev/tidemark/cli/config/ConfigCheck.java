package dev.tidemark.cli.config;

import dev.tidemark.cli.service.Secrets;
import dev.tidemark.cli.service.Service;
import dev.tidemark.cli.service.ServiceSettings;
import dev.tidemark.oplog.error.TidemarkException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;

/**
 * What is wrong with the settings of a service, all at once, and what comes of them. Starts nothing
 * and asks nobody.
 */
final class ConfigCheck {

  /** Keys further apart than this are hardly a slip of the hand. */
  private static final int NEAR = 6;

  private static final Pattern REFERENCE = Pattern.compile("\\$\\{[^}]*}");

  private final Service service;
  private final ServiceSettings settings;
  private final List<Finding> findings = new ArrayList<>();
  private final Map<String, String> effective = new TreeMap<>();

  ConfigCheck(Service service, ServiceSettings settings) {
    this.service = service;
    this.settings = settings;
    Map<String, String> resolved = resolve();
    findUnknown();
    findWrong(resolved);
    showGiven();
  }

  private Map<String, String> resolve() {
    Map<String, String> resolved = new HashMap<>(service.presets());
    resolved.putAll(settings.values());
    settings
        .values()
        .forEach(
            (key, value) -> {
              if (REFERENCE.matcher(value).find() && !key.startsWith("config.providers")) {
                resolveOne(key, value).ifPresent(text -> resolved.put(key, text));
              }
            });
    return resolved;
  }

  private Optional<String> resolveOne(String key, String value) {
    Map<String, String> one = new HashMap<>(settings.withProviders());
    one.keySet().removeIf(other -> !other.startsWith("config.providers"));
    one.put(key, value);
    try {
      String text =
          String.valueOf(new AbstractConfig(new ConfigDef(), one, false).originals().get(key));
      if (!REFERENCE.matcher(text).find()) {
        return Optional.of(text);
      }
    } catch (KafkaException e) {
      // Below: it refers to something that is not there, however the provider says so.
    }
    findings.add(
        new Finding(
            key,
            // Not the whole value: a password may stand in it beside the reference.
            "refers to something that is not there: "
                + REFERENCE
                    .matcher(value)
                    .results()
                    .map(MatchResult::group)
                    .collect(Collectors.joining(" ")),
            "Create the file or the variable, or correct the reference"));
    return Optional.empty();
  }

  private void findUnknown() {
    for (String key : settings.values().keySet()) {
      if (!service.knows(key)) {
        findings.add(
            new Finding(
                key,
                "is no setting of the " + service.command(),
                nearest(key).map(near -> "Did you mean " + near + "?").orElse("Remove it")));
      }
    }
  }

  private Optional<String> nearest(String key) {
    LevenshteinDistance distance = new LevenshteinDistance(NEAR);
    String best = null;
    int least = NEAR + 1;
    for (String name : service.names()) {
      int apart = distance.apply(key, name);
      if (apart >= 0 && apart < least) {
        least = apart;
        best = name;
      }
    }
    return Optional.ofNullable(best);
  }

  private void findWrong(Map<String, String> resolved) {
    for (ConfigValue value : service.definition().validate(resolved)) {
      ConfigDef.Type type = service.definition().configKeys().get(value.name()).type();
      value
          .errorMessages()
          .forEach(problem -> findings.add(new Finding(value.name(), problem, "")));
      if (value.value() != null && value.errorMessages().isEmpty()) {
        String given =
            settings
                .values()
                .getOrDefault(value.name(), ConfigDef.convertToString(value.value(), type));
        effective.put(
            value.name(), Secrets.shown(value.name(), given, type == ConfigDef.Type.PASSWORD));
      }
    }
    if (findings.isEmpty()) {
      findAcrossKeys(resolved);
    }
  }

  /** Rules that span keys come one at a time: the service stops at the first. */
  private void findAcrossKeys(Map<String, String> resolved) {
    try {
      service.parse(resolved);
    } catch (TidemarkException e) {
      findings.add(new Finding(e.where(), e.reason(), e.remedy()));
    } catch (KafkaException e) {
      findings.add(new Finding("", e.getMessage(), ""));
    }
  }

  private void showGiven() {
    settings
        .values()
        .forEach((key, value) -> effective.putIfAbsent(key, Secrets.shown(key, value, false)));
  }

  List<Finding> findings() {
    return List.copyOf(findings);
  }

  /** Every setting in force, secrets masked, by key. */
  Map<String, String> effective() {
    return effective;
  }

  /** Where a setting comes from: {@code file}, {@code environment} or {@code default}. */
  String origin(String key) {
    if (settings.fromEnvironment().contains(key)) {
      return "environment";
    }
    return settings.values().containsKey(key) ? "file" : "default";
  }
}
