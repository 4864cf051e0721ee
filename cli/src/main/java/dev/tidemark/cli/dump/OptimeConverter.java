package dev.tidemark.cli.dump;

import dev.tidemark.oplog.optime.Optime;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads an optime option. */
public final class OptimeConverter implements ITypeConverter<Optime> {

  @Override
  public Optime convert(String text) {
    try {
      return Optime.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
