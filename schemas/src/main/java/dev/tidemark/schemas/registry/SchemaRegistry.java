package dev.tidemark.schemas.registry;

import org.apache.avro.Schema;

/** What the serdes need of a schema registry. Implementations are thread-safe. */
public interface SchemaRegistry extends AutoCloseable {

  /**
   * The id under which a subject holds the schema, registering it if that is allowed.
   *
   * @throws SchemaRegistryException if the registry refuses the schema or cannot be reached
   */
  int idOf(String subject, Schema schema);

  /**
   * The schema with an id.
   *
   * @throws SchemaRegistryException if there is none or the registry cannot be reached
   */
  Schema byId(int id);

  @Override
  void close();
}
