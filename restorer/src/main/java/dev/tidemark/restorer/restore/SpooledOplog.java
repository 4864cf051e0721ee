package dev.tidemark.restorer.restore;

import dev.tidemark.archive.dump.DocumentReader;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.merge.OplogSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Entries in a local file, one after another. */
record SpooledOplog(Path file) implements OplogSource {

  @Override
  public String location() {
    return "the topic's entries in " + file;
  }

  @Override
  public Cursor open(Optime from) throws IOException {
    DocumentReader reader = new DocumentReader(Files.newInputStream(file), file.toString());
    return new Cursor() {
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
}
