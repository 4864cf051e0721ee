package dev.tidemark.embedded.mongo.engine;

import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.DatabaseResolver;
import de.bwaldvogel.mongo.backend.aggregation.Aggregation;
import de.bwaldvogel.mongo.backend.memory.MemoryDatabase;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.oplog.NoopOplog;
import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawElement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Runs aggregation stages with mongo-java-server's implementation of them. Thread-safe. */
public final class PipelineEngine {

  /** Gives the engine the other collections of a database, for {@code $lookup} and its like. */
  public interface Collections {
    Stream<RawDocument> read(String collection);

    List<String> names();
  }

  /** No other collections. */
  public static final Collections NONE =
      new Collections() {
        @Override
        public Stream<RawDocument> read(String collection) {
          return Stream.empty();
        }

        @Override
        public List<String> names() {
          return List.of();
        }
      };

  /** The document of {@code [{$replaceWith: {$literal: doc}}]}, whose bytes must survive. */
  static RawDocument literalReplacement(RawDocument stages) {
    List<RawElement> all = stages.elements();
    if (all.size() != 1 || all.get(0).document().isEmpty()) {
      return null;
    }
    RawElement stage = all.get(0).document().first();
    RawDocument value = stage.isContainer() ? stage.document() : RawDocument.empty();
    if (stage.name().equals("$replaceRoot")) {
      value = value.document("newRoot");
    } else if (!stage.name().equals("$replaceWith")) {
      return null;
    }
    return value == null ? null : value.document("$literal");
  }

  List<Document> run(EngineCodec codec, RawDocument stages, List<Document> input) {
    return run(codec, stages, input, NONE);
  }

  private List<Document> run(
      EngineCodec codec, RawDocument stages, List<Document> input, Collections others) {
    List<Document> pipeline = new ArrayList<>();
    for (RawElement stage : stages) {
      pipeline.add(renamed(codec.decode(stage.document())));
    }
    MemoryDatabase database = new MemoryDatabase("scratch", new CursorRegistry());
    for (String name : others.names()) {
      var collection = database.createCollectionOrThrowIfExists(name);
      others.read(name).forEach(document -> collection.addDocument(codec.decode(document)));
    }
    DatabaseResolver resolver = name -> database;
    return Aggregation.fromPipeline(pipeline, resolver, database, null, NoopOplog.get())
        .runStages(input.stream());
  }

  /** The stages' result, encoded anew. */
  public List<RawDocument> run(RawDocument stages, List<RawDocument> input, Collections others) {
    EngineCodec codec = new EngineCodec();
    List<Document> decoded = input.stream().map(codec::decode).toList();
    return run(codec, stages, decoded, others).stream().map(codec::encode).toList();
  }

  /** The engine knows the older names of these stages only. */
  private static Document renamed(Document stage) {
    if (stage.containsKey("$set")) {
      return new Document("$addFields", stage.get("$set"));
    }
    if (stage.containsKey("$replaceWith")) {
      return new Document("$replaceRoot", new Document("newRoot", stage.get("$replaceWith")));
    }
    return stage;
  }
}
