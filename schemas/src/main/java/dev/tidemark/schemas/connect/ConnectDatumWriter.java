package dev.tidemark.schemas.connect;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.avro.io.Encoder;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;

/**
 * Encodes Connect values straight into Avro binary, without building Avro records in between.
 *
 * <p>The two schemas walked side by side are a pair that {@link ConnectSchemas} made.
 */
final class ConnectDatumWriter {

  private ConnectDatumWriter() {}

  static void write(org.apache.avro.Schema avro, Schema schema, Object value, Encoder out)
      throws IOException {
    if (avro.getType() == org.apache.avro.Schema.Type.UNION) {
      writeOptional(avro, schema, value, out);
      return;
    }
    Object present = value == null ? schema.defaultValue() : value;
    if (present == null) {
      throw new DataException("A value of type " + schema.type() + " is required and missing");
    }
    try {
      writePresent(avro, schema, present, out);
    } catch (ClassCastException e) {
      throw new DataException(
          "A %s is not a value of Connect type %s"
              .formatted(present.getClass().getName(), schema.type()),
          e);
    }
  }

  private static void writeOptional(
      org.apache.avro.Schema avro, Schema schema, Object value, Encoder out) throws IOException {
    List<org.apache.avro.Schema> types = avro.getTypes();
    int nullIndex = types.get(0).getType() == org.apache.avro.Schema.Type.NULL ? 0 : 1;
    if (value == null) {
      out.writeIndex(nullIndex);
      out.writeNull();
    } else {
      out.writeIndex(1 - nullIndex);
      write(types.get(1 - nullIndex), schema, value, out);
    }
  }

  private static void writePresent(
      org.apache.avro.Schema avro, Schema schema, Object value, Encoder out) throws IOException {
    switch (avro.getType()) {
      case RECORD -> writeStruct(avro, (Struct) value, out);
      case ARRAY -> writeArray(avro, schema, (Collection<?>) value, out);
      case MAP -> writeMap(avro, schema, (Map<?, ?>) value, out);
      case STRING -> out.writeString((String) value);
      case BYTES -> writeBytes(value, out);
      case INT -> out.writeInt(intOf(schema, value));
      case LONG -> out.writeLong(longOf(schema, value));
      case FLOAT -> out.writeFloat((Float) value);
      case DOUBLE -> out.writeDouble((Double) value);
      case BOOLEAN -> out.writeBoolean((Boolean) value);
      default -> throw new DataException("not supported yet: Avro type " + avro.getType());
    }
  }

  private static void writeStruct(org.apache.avro.Schema avro, Struct struct, Encoder out)
      throws IOException {
    List<Field> fields = struct.schema().fields();
    List<org.apache.avro.Schema.Field> avroFields = avro.getFields();
    for (int i = 0; i < fields.size(); i++) {
      Field field = fields.get(i);
      write(
          avroFields.get(i).schema(), field.schema(), struct.getWithoutDefault(field.name()), out);
    }
  }

  private static void writeArray(
      org.apache.avro.Schema avro, Schema schema, Collection<?> values, Encoder out)
      throws IOException {
    out.writeArrayStart();
    out.setItemCount(values.size());
    for (Object element : values) {
      out.startItem();
      write(avro.getElementType(), schema.valueSchema(), element, out);
    }
    out.writeArrayEnd();
  }

  private static void writeMap(
      org.apache.avro.Schema avro, Schema schema, Map<?, ?> values, Encoder out)
      throws IOException {
    out.writeMapStart();
    out.setItemCount(values.size());
    for (Map.Entry<?, ?> entry : values.entrySet()) {
      out.startItem();
      out.writeString((String) entry.getKey());
      write(avro.getValueType(), schema.valueSchema(), entry.getValue(), out);
    }
    out.writeMapEnd();
  }

  private static void writeBytes(Object value, Encoder out) throws IOException {
    if (value instanceof byte[] array) {
      out.writeBytes(array);
    } else if (value instanceof BigDecimal decimal) {
      out.writeBytes(decimal.unscaledValue().toByteArray());
    } else {
      out.writeBytes((ByteBuffer) value);
    }
  }

  private static int intOf(Schema schema, Object value) {
    if (value instanceof java.util.Date date) {
      return Date.LOGICAL_NAME.equals(schema.name())
          ? Date.fromLogical(schema, date)
          : Time.fromLogical(schema, date);
    }
    return ((Number) value).intValue();
  }

  private static long longOf(Schema schema, Object value) {
    return value instanceof java.util.Date date
        ? Timestamp.fromLogical(schema, date)
        : (Long) value;
  }
}
