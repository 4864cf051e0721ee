package dev.tidemark.schemas.serde;

import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.avro.util.ClassSecurityValidator.ClassSecurityPredicate;

/**
 * Tells Avro that the generated classes of this module may be loaded by name.
 *
 * <p>Avro refuses to instantiate classes that a schema names unless they are trusted
 * (CVE-2024-47561). The list is global to Avro's class loader: ours is added to what is there,
 * never put in its place.
 */
public final class TrustedRecords {

  private static final String PACKAGE = "dev.tidemark.schemas.";

  static {
    ClassSecurityPredicate present = ClassSecurityValidator.getGlobal();
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(present, TrustedRecords::isGenerated));
  }

  private TrustedRecords() {}

  /** Makes sure that the classes are trusted; cheap after the first call. */
  public static void trust() {
    // Loading this class did it.
  }

  private static boolean isGenerated(Class<?> type) {
    return type.getName().startsWith(PACKAGE)
        && (SpecificRecord.class.isAssignableFrom(type) || type.isEnum());
  }
}
