package dev.tidemark.cli.dump;

import dev.tidemark.archive.dump.DocumentReader;
import dev.tidemark.archive.dump.Dumps;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.oplog.bson.BsonSlice;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;

/** The entries of a file: BSON one after another, or a segment, which is an Avro container. */
interface EntryFile extends Closeable {

  /** The next entry's raw bytes, or null at the end. */
  BsonSlice next() throws IOException;

  /** Opens a file, whatever its name. */
  static EntryFile open(Path file) throws IOException {
    return Files.isRegularFile(file) && isSegment(file) ? segment(file) : documents(file);
  }

  private static boolean isSegment(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(DataFileConstants.MAGIC.length), DataFileConstants.MAGIC);
    }
  }

  private static EntryFile documents(Path file) throws IOException {
    DocumentReader reader = Dumps.documents(file);
    return new EntryFile() {
      @Override
      public BsonSlice next() throws IOException {
        return reader.next();
      }

      @Override
      public void close() throws IOException {
        reader.close();
      }
    };
  }

  private static EntryFile segment(Path file) throws IOException {
    DataFileStream<GenericRecord> events =
        new DataFileStream<>(Files.newInputStream(file), new GenericDatumReader<>());
    return new EntryFile() {
      @Override
      public BsonSlice next() {
        try {
          while (events.hasNext()) {
            // Markers have no entry.
            if (events.next().get("entry") instanceof ByteBuffer entry) {
              byte[] bytes = new byte[entry.remaining()];
              entry.get(bytes);
              return BsonSlice.of(bytes);
            }
          }
          return null;
        } catch (AvroRuntimeException e) {
          throw ArchiveException.corrupt("the segment cannot be read", file.toString(), e);
        }
      }

      @Override
      public void close() throws IOException {
        events.close();
      }
    };
  }
}
