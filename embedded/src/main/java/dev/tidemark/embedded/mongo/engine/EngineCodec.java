package dev.tidemark.embedded.mongo.engine;

import de.bwaldvogel.mongo.backend.Missing;
import de.bwaldvogel.mongo.bson.BinData;
import de.bwaldvogel.mongo.bson.BsonJavaScript;
import de.bwaldvogel.mongo.bson.BsonRegularExpression;
import de.bwaldvogel.mongo.bson.BsonTimestamp;
import de.bwaldvogel.mongo.bson.Decimal128;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.bson.LegacyUUID;
import de.bwaldvogel.mongo.bson.MaxKey;
import de.bwaldvogel.mongo.bson.MinKey;
import de.bwaldvogel.mongo.bson.ObjectId;
import dev.tidemark.embedded.mongo.bson.BsonTypes;
import dev.tidemark.embedded.mongo.bson.LittleEndian;
import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawElement;
import dev.tidemark.embedded.mongo.bson.RawWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Translates between raw BSON and the Java objects mongo-java-server computes with.
 *
 * <p>The engine knows fewer types than BSON has. A value it has no type for (a binary with an
 * unusual subtype, a symbol, a DBPointer, code with scope) is given to it as a stand-in object; the
 * codec remembers what each stand-in stood for and writes the original bytes back wherever the
 * engine moved it. One codec serves one operation; not thread-safe.
 */
final class EngineCodec {

  private final Map<Object, RawElement> standIns = new IdentityHashMap<>();

  Document decode(RawDocument raw) {
    Document document = new Document();
    for (RawElement element : raw) {
      document.put(element.name(), decodeValue(element));
    }
    return document;
  }

  Object decodeValue(RawElement element) {
    byte[] array = element.array();
    int offset = element.valueOffset();
    return switch (element.type()) {
      case BsonTypes.DOUBLE -> element.asDouble();
      case BsonTypes.STRING -> element.string();
      case BsonTypes.DOCUMENT -> decode(element.document());
      case BsonTypes.ARRAY -> decodeArray(element.document());
      case BsonTypes.BINARY -> decodeBinary(element);
      case BsonTypes.OBJECT_ID -> new ObjectId(element.value());
      case BsonTypes.BOOLEAN -> element.isTruthy();
      case BsonTypes.DATE -> Instant.ofEpochMilli(element.int64());
      case BsonTypes.REGEX -> {
        byte[] value = element.value();
        int split = 0;
        while (value[split] != 0) {
          split++;
        }
        yield new BsonRegularExpression(
            new String(value, 0, split, StandardCharsets.UTF_8),
            new String(value, split + 1, value.length - split - 2, StandardCharsets.UTF_8));
      }
      case BsonTypes.SYMBOL -> standIn(new StringBuilder(element.string()).toString(), element);
      case BsonTypes.CODE -> new BsonJavaScript(element.string());
      case BsonTypes.DB_POINTER, BsonTypes.CODE_WITH_SCOPE ->
          standIn(new BsonJavaScript("unsupported"), element);
      case BsonTypes.INT32 -> element.int32();
      case BsonTypes.TIMESTAMP -> new BsonTimestamp(element.int64());
      case BsonTypes.INT64 -> element.int64();
      case BsonTypes.DECIMAL128 ->
          new Decimal128(LittleEndian.int64(array, offset), LittleEndian.int64(array, offset + 8));
      case BsonTypes.MIN_KEY -> MinKey.getInstance();
      case BsonTypes.MAX_KEY -> MaxKey.getInstance();
      default -> null;
    };
  }

  private List<Object> decodeArray(RawDocument raw) {
    List<Object> list = new ArrayList<>();
    for (RawElement element : raw) {
      list.add(decodeValue(element));
    }
    return list;
  }

  private Object decodeBinary(RawElement element) {
    byte[] data = element.binary();
    if (element.binarySubtype() == 4 && data.length == 16) {
      return element.uuid();
    }
    if (element.binarySubtype() == 3 && data.length == 16) {
      return new LegacyUUID(LittleEndian.int64(data, 0), LittleEndian.int64(data, 8));
    }
    BinData binary = new BinData(data);
    return element.binarySubtype() == 0 ? binary : standIn(binary, element);
  }

  private Object standIn(Object object, RawElement element) {
    standIns.put(object, element);
    return object;
  }

  RawDocument encode(Document document) {
    RawWriter out = new RawWriter();
    document.forEach((name, value) -> encodeValue(out, name, value));
    return out.done();
  }

  /** The value as an element without a name. */
  RawElement encodeValue(Object value) {
    RawWriter out = new RawWriter();
    encodeValue(out, "", value);
    return out.done().first();
  }

  void encodeValue(RawWriter out, String name, Object value) {
    RawElement original = standIns.get(value);
    if (original != null) {
      out.element(name, original);
    } else if (value == null || value instanceof Missing) {
      out.nil(name);
    } else if (value instanceof Document document) {
      out.document(name, encode(document));
    } else if (value instanceof Collection<?> collection) {
      out.openArray(name);
      int index = 0;
      for (Object item : collection) {
        encodeValue(out, Integer.toString(index++), item);
      }
      out.close();
    } else if (value instanceof Number number) {
      encodeNumber(out, name, number);
    } else if (value instanceof String string) {
      out.string(name, string);
    } else if (value instanceof Boolean bool) {
      out.bool(name, bool);
    } else if (value instanceof Instant instant) {
      out.date(name, instant.toEpochMilli());
    } else if (value instanceof ObjectId objectId) {
      out.objectId(name, objectId.toByteArray());
    } else if (value instanceof BsonTimestamp timestamp) {
      out.timestamp(name, timestamp.getValue());
    } else {
      encodeRare(out, name, value);
    }
  }

  private static void encodeNumber(RawWriter out, String name, Number number) {
    if (number instanceof Integer) {
      out.int32(name, number.intValue());
    } else if (number instanceof Long) {
      out.int64(name, number.longValue());
    } else if (number instanceof Decimal128 decimal) {
      byte[] value = new byte[16];
      LittleEndian.int64(value, 0, decimal.getLow());
      LittleEndian.int64(value, 8, decimal.getHigh());
      out.value(BsonTypes.DECIMAL128, name, value);
    } else {
      out.number(name, number.doubleValue());
    }
  }

  private static void encodeRare(RawWriter out, String name, Object value) {
    if (value instanceof UUID uuid) {
      out.uuid(name, uuid);
    } else if (value instanceof LegacyUUID legacy) {
      byte[] data = new byte[16];
      LittleEndian.int64(data, 0, legacy.getUuid().getMostSignificantBits());
      LittleEndian.int64(data, 8, legacy.getUuid().getLeastSignificantBits());
      out.binary(name, 3, data);
    } else if (value instanceof BinData binary) {
      out.binary(name, 0, binary.getData());
    } else if (value instanceof BsonRegularExpression regex) {
      byte[] pattern = regex.getPattern().getBytes(StandardCharsets.UTF_8);
      String flags = regex.getOptions() == null ? "" : regex.getOptions();
      byte[] options = flags.getBytes(StandardCharsets.UTF_8);
      ByteBuffer both = ByteBuffer.allocate(pattern.length + options.length + 2);
      both.put(pattern).put((byte) 0).put(options).put((byte) 0);
      out.value(BsonTypes.REGEX, name, both.array());
    } else if (value instanceof BsonJavaScript code) {
      RawElement text = new RawWriter().string("", code.getCode()).done().first();
      out.value(BsonTypes.CODE, name, text.value());
    } else if (value instanceof MinKey) {
      out.value(BsonTypes.MIN_KEY, name, new byte[0]);
    } else if (value instanceof MaxKey) {
      out.value(BsonTypes.MAX_KEY, name, new byte[0]);
    } else {
      throw new IllegalArgumentException("no BSON type for " + value.getClass().getName());
    }
  }
}
