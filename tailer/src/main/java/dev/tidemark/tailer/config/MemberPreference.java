package dev.tidemark.tailer.config;

import java.util.Arrays;
import java.util.List;

/** Which members of a replica set are read; the names are those of MongoDB's read preferences. */
public enum MemberPreference {
  PRIMARY("primary"),
  PRIMARY_PREFERRED("primaryPreferred"),
  SECONDARY("secondary"),
  SECONDARY_PREFERRED("secondaryPreferred"),
  NEAREST("nearest");

  private final String text;

  MemberPreference(String text) {
    this.text = text;
  }

  /** All names, for validation and recommendation. */
  public static List<String> names() {
    return Arrays.stream(values()).map(value -> value.text).toList();
  }

  static MemberPreference parse(String text) {
    return Arrays.stream(values())
        .filter(value -> value.text.equals(text))
        .findFirst()
        .orElseThrow();
  }

  /** Whether a member of this kind may be read at all. */
  public boolean allows(boolean primary) {
    return switch (this) {
      case PRIMARY -> primary;
      case SECONDARY -> !primary;
      default -> true;
    };
  }

  /** Whether a member of this kind is taken before others. */
  public boolean prefers(boolean primary) {
    return switch (this) {
      case PRIMARY, PRIMARY_PREFERRED -> primary;
      case SECONDARY, SECONDARY_PREFERRED -> !primary;
      case NEAREST -> true;
    };
  }

  @Override
  public String toString() {
    return text;
  }
}
