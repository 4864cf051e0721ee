package dev.tidemark.schemas.registry;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;

/** A registry within the test's process; ids start at 1 and have no gaps. */
public final class InMemoryRegistry implements SchemaRegistry {

  private final List<Schema> schemas = new ArrayList<>();

  @Override
  public synchronized int idOf(String subject, Schema schema) {
    int known = schemas.indexOf(schema);
    if (known < 0) {
      schemas.add(schema);
      return schemas.size();
    }
    return known + 1;
  }

  @Override
  public synchronized Schema byId(int id) {
    if (id < 1 || id > schemas.size()) {
      throw new SchemaRegistryException("no schema with id " + id, false, null);
    }
    return schemas.get(id - 1);
  }

  @Override
  public void close() {}
}
