package dev.tidemark.restorer.undo;

import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.RestorerError;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Everything that a request wants to have left out. Immutable. */
public final class SkipRules {

  /** Nothing is left out. */
  public static final SkipRules NONE = new SkipRules(List.of());

  private final List<SkipRule> all;
  private final Map<Optime, SkipRule> byOptime = new HashMap<>();
  private final List<SkipRule> ranges = new ArrayList<>();

  private SkipRules(List<SkipRule> all) {
    this.all = all;
    for (SkipRule rule : all) {
      if (rule instanceof SkipRule.At at) {
        byOptime.putIfAbsent(at.optime(), at);
      } else {
        ranges.add(rule);
      }
    }
  }

  /**
   * Reads rules in the forms of {@link SkipRule}; a rule that is there twice counts once.
   *
   * @throws TidemarkException REQUEST_MALFORMED
   */
  public static SkipRules parse(Collection<String> texts) {
    return texts.isEmpty()
        ? NONE
        : new SkipRules(
            texts.stream()
                .map(SkipRule::parse)
                .collect(
                    Collectors.toMap(
                        SkipRule::text, rule -> rule, (one, same) -> one, LinkedHashMap::new))
                .values()
                .stream()
                .toList());
  }

  static SkipRules of(Collection<SkipRule> rules) {
    return rules.isEmpty() ? NONE : new SkipRules(List.copyOf(rules));
  }

  /** Those that may concern a replica set: that name it, or none. */
  public SkipRules concerning(String set) {
    return of(all.stream().filter(rule -> rule.set().map(set::equals).orElse(true)).toList());
  }

  /**
   * Fails if a rule names another replica set than these.
   *
   * @throws TidemarkException REQUEST_MALFORMED
   */
  public void requireSetsAmong(Collection<String> sets) {
    for (SkipRule rule : all) {
      if (rule.set().isPresent() && !sets.contains(rule.set().get())) {
        throw new TidemarkException(
            RestorerError.REQUEST_MALFORMED,
            "skip holds '" + rule.text() + "', but no replica set is called " + rule.set().get(),
            "",
            sets.isEmpty()
                ? "There is one only: leave its name out"
                : "Name one of " + String.join(", ", new TreeSet<>(sets)));
      }
    }
  }

  /**
   * Fails if a rule begins where the base may show what it is about.
   *
   * @param baseEnd where the base was complete
   * @throws TidemarkException UNDO_BEFORE_BASE_END
   */
  public void requireBehind(Optime baseEnd) {
    all.forEach(rule -> SkipScan.requireBehind(baseEnd, rule.from(), rule.text()));
  }

  public boolean isEmpty() {
    return all.isEmpty();
  }

  /** In the order of the request. */
  List<SkipRule> all() {
    return all;
  }

  /** The first optime that may be concerned; empty if nothing is left out. */
  public Optional<Optime> earliest() {
    return all.stream().map(SkipRule::from).min(Comparator.naturalOrder());
  }

  /** The first rule that leaves an operation out, or null. */
  SkipRule match(OplogEntry operation, Optime effective) {
    SkipRule exact = byOptime.get(effective);
    if (exact != null) {
      return exact;
    }
    for (SkipRule range : ranges) {
      if (range.matches(operation, effective)) {
        return range;
      }
    }
    return null;
  }

  /** All rules that leave an operation out: they may overlap. */
  Stream<SkipRule> matching(OplogEntry operation, Optime effective) {
    return all.stream().filter(rule -> rule.matches(operation, effective));
  }

  /** The rule that names exactly this optime, or null. */
  SkipRule naming(Optime optime) {
    return byOptime.get(optime);
  }
}
