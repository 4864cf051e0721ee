package dev.tidemark.schemas.connect;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;

/** Turns generic Avro data into Connect values of the schema that {@link ConnectSchemas} made. */
final class AvroDatumReader {

  private AvroDatumReader() {}

  static Object toConnect(Schema schema, Object datum) {
    if (datum == null) {
      return null;
    }
    switch (schema.type()) {
      case STRUCT:
        return struct(schema, (IndexedRecord) datum);
      case ARRAY:
        List<Object> list = new ArrayList<>();
        ((Collection<?>) datum).forEach(e -> list.add(toConnect(schema.valueSchema(), e)));
        return list;
      case MAP:
        Map<String, Object> map = new LinkedHashMap<>();
        ((Map<?, ?>) datum)
            .forEach((key, v) -> map.put(key.toString(), toConnect(schema.valueSchema(), v)));
        return map;
      case STRING:
        return datum.toString();
      case BYTES:
        return bytes(schema, datum);
      case INT32:
        return int32(schema, (Integer) datum);
      case INT64:
        return Timestamp.LOGICAL_NAME.equals(schema.name())
            ? Timestamp.toLogical(schema, (Long) datum)
            : datum;
      default:
        return datum;
    }
  }

  private static Struct struct(Schema schema, IndexedRecord record) {
    Struct struct = new Struct(schema);
    for (Field field : schema.fields()) {
      struct.put(field, toConnect(field.schema(), record.get(field.index())));
    }
    return struct;
  }

  private static Object bytes(Schema schema, Object datum) {
    ByteBuffer buffer =
        datum instanceof GenericFixed fixed ? ByteBuffer.wrap(fixed.bytes()) : (ByteBuffer) datum;
    if (!Decimal.LOGICAL_NAME.equals(schema.name())) {
      return buffer;
    }
    byte[] unscaled = new byte[buffer.remaining()];
    buffer.duplicate().get(unscaled);
    int scale = Integer.parseInt(schema.parameters().get(Decimal.SCALE_FIELD));
    return new BigDecimal(new BigInteger(unscaled), scale);
  }

  private static Object int32(Schema schema, Integer value) {
    if (Date.LOGICAL_NAME.equals(schema.name())) {
      return Date.toLogical(schema, value);
    }
    return Time.LOGICAL_NAME.equals(schema.name()) ? Time.toLogical(schema, value) : value;
  }
}
