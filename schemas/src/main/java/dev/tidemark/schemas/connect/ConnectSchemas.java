package dev.tidemark.schemas.connect;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.JsonProperties;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;

/**
 * Translates schemas between Connect and Avro: optional is a union with null, Connect's logical
 * types are Avro's, small integers are {@code int}, an enum is a string to Connect.
 *
 * <p>The contract of the topics comes out as it went in: {@link OplogEventSchema#CONNECT} becomes
 * the Avro schema that the readers are generated from, not merely a compatible one.
 */
final class ConnectSchemas {

  private static final String DEFAULT_RECORD = "dev.tidemark.connect.Record";

  private ConnectSchemas() {}

  static org.apache.avro.Schema toAvro(Schema schema) {
    if (schema.equals(OplogEventSchema.CONNECT)) {
      return OplogEventSchema.AVRO;
    }
    return toAvro(schema, DEFAULT_RECORD);
  }

  private static org.apache.avro.Schema toAvro(Schema schema, String nameIfNone) {
    org.apache.avro.Schema required = logical(schema, plain(schema, nameIfNone));
    if (!schema.isOptional()) {
      return required;
    }
    return org.apache.avro.Schema.createUnion(
        org.apache.avro.Schema.create(org.apache.avro.Schema.Type.NULL), required);
  }

  private static org.apache.avro.Schema plain(Schema schema, String nameIfNone) {
    switch (schema.type()) {
      case INT8:
      case INT16:
      case INT32:
        return org.apache.avro.Schema.create(org.apache.avro.Schema.Type.INT);
      case INT64:
        return org.apache.avro.Schema.create(org.apache.avro.Schema.Type.LONG);
      case FLOAT32:
        return org.apache.avro.Schema.create(org.apache.avro.Schema.Type.FLOAT);
      case FLOAT64:
        return org.apache.avro.Schema.create(org.apache.avro.Schema.Type.DOUBLE);
      case BOOLEAN:
        return org.apache.avro.Schema.create(org.apache.avro.Schema.Type.BOOLEAN);
      case STRING:
        return org.apache.avro.Schema.create(org.apache.avro.Schema.Type.STRING);
      case BYTES:
        return org.apache.avro.Schema.create(org.apache.avro.Schema.Type.BYTES);
      case ARRAY:
        return org.apache.avro.Schema.createArray(toAvro(schema.valueSchema(), nameIfNone));
      case MAP:
        if (schema.keySchema().type() != Schema.Type.STRING || schema.keySchema().isOptional()) {
          throw new DataException("not supported yet: maps with other keys than strings");
        }
        return org.apache.avro.Schema.createMap(toAvro(schema.valueSchema(), nameIfNone));
      case STRUCT:
        return struct(schema, schema.name() == null ? nameIfNone : schema.name());
      default:
        throw new DataException("not supported yet: Connect type " + schema.type());
    }
  }

  private static org.apache.avro.Schema struct(Schema schema, String name) {
    List<org.apache.avro.Schema.Field> fields = new ArrayList<>();
    for (Field field : schema.fields()) {
      org.apache.avro.Schema type = toAvro(field.schema(), name + "_" + field.name());
      Object defaultValue =
          field.schema().isOptional() ? JsonProperties.NULL_VALUE : defaultOf(field.schema());
      fields.add(
          new org.apache.avro.Schema.Field(field.name(), type, field.schema().doc(), defaultValue));
    }
    return org.apache.avro.Schema.createRecord(name, schema.doc(), null, false, fields);
  }

  private static Object defaultOf(Schema schema) {
    // Defaults of logical types have no form in Avro's JSON that all readers share.
    return schema.type().isPrimitive() && schema.name() == null ? schema.defaultValue() : null;
  }

  private static org.apache.avro.Schema logical(Schema schema, org.apache.avro.Schema avro) {
    if (schema.name() == null) {
      return avro;
    }
    switch (schema.name()) {
      case Timestamp.LOGICAL_NAME:
        return LogicalTypes.timestampMillis().addToSchema(avro);
      case Date.LOGICAL_NAME:
        return LogicalTypes.date().addToSchema(avro);
      case Time.LOGICAL_NAME:
        return LogicalTypes.timeMillis().addToSchema(avro);
      case Decimal.LOGICAL_NAME:
        int scale = Integer.parseInt(schema.parameters().get(Decimal.SCALE_FIELD));
        return LogicalTypes.decimal(64, scale).addToSchema(avro);
      default:
        return avro;
    }
  }

  static Schema fromAvro(org.apache.avro.Schema avro) {
    if (avro.getType() != org.apache.avro.Schema.Type.UNION) {
      return builder(avro).build();
    }
    List<org.apache.avro.Schema> values =
        avro.getTypes().stream()
            .filter(type -> type.getType() != org.apache.avro.Schema.Type.NULL)
            .toList();
    if (values.size() != 1) {
      throw new DataException("not supported yet: Avro unions of several types");
    }
    SchemaBuilder builder = builder(values.get(0));
    return avro.isNullable() ? builder.optional().build() : builder.build();
  }

  private static SchemaBuilder builder(org.apache.avro.Schema avro) {
    SchemaBuilder logical = logicalBuilder(avro.getLogicalType());
    if (logical != null) {
      return logical;
    }
    switch (avro.getType()) {
      case INT:
        return SchemaBuilder.int32();
      case LONG:
        return SchemaBuilder.int64();
      case FLOAT:
        return SchemaBuilder.float32();
      case DOUBLE:
        return SchemaBuilder.float64();
      case BOOLEAN:
        return SchemaBuilder.bool();
      case STRING:
        return SchemaBuilder.string();
      case ENUM:
        return SchemaBuilder.string().name(avro.getFullName());
      case BYTES:
      case FIXED:
        return SchemaBuilder.bytes();
      case ARRAY:
        return SchemaBuilder.array(fromAvro(avro.getElementType()));
      case MAP:
        return SchemaBuilder.map(Schema.STRING_SCHEMA, fromAvro(avro.getValueType()));
      case RECORD:
        SchemaBuilder struct = SchemaBuilder.struct().name(avro.getFullName());
        avro.getFields().forEach(field -> struct.field(field.name(), fromAvro(field.schema())));
        return struct;
      default:
        throw new DataException("not supported yet: Avro type " + avro.getType());
    }
  }

  private static SchemaBuilder logicalBuilder(LogicalType type) {
    if (type instanceof LogicalTypes.TimestampMillis) {
      return Timestamp.builder();
    } else if (type instanceof LogicalTypes.Date) {
      return Date.builder();
    } else if (type instanceof LogicalTypes.TimeMillis) {
      return Time.builder();
    } else if (type instanceof LogicalTypes.Decimal decimal) {
      return Decimal.builder(decimal.getScale());
    }
    return null;
  }
}
