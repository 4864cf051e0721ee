package dev.tidemark.embedded.mongo.engine;

import de.bwaldvogel.mongo.backend.AbstractMongoCollection.FindAndModifyPlanExecutorError;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.memory.MemoryCollection;
import de.bwaldvogel.mongo.backend.memory.MemoryDatabase;
import de.bwaldvogel.mongo.bson.Document;
import dev.tidemark.embedded.mongo.bson.BsonTypes;
import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawElement;
import dev.tidemark.embedded.mongo.bson.RawWriter;
import java.util.List;
import java.util.Set;

/**
 * Computes post-images with mongo-java-server's update operators and aggregation stages. Stateless
 * apart from an empty database the engine's collections hang on; thread-safe.
 */
public final class UpdateEngine {

  private final CursorRegistry cursors = new CursorRegistry();
  private final MemoryDatabase database = new MemoryDatabase("scratch", cursors);
  private final PipelineEngine pipelines;

  public UpdateEngine(PipelineEngine pipelines) {
    this.pipelines = pipelines;
  }

  /** The three forms an update may have, see {@link #form}. */
  public enum Form {
    REPLACEMENT,
    OPERATORS,
    PIPELINE
  }

  public static Form form(RawElement update) {
    if (update.type() == BsonTypes.ARRAY) {
      return Form.PIPELINE;
    }
    RawDocument document = update.document();
    return !document.isEmpty() && document.first().name().startsWith("$")
        ? Form.OPERATORS
        : Form.REPLACEMENT;
  }

  /**
   * What the document becomes.
   *
   * @param query the statement's query, which the positional operator refers to
   * @param arrayFilters the statement's array filters, or null
   */
  public RawDocument apply(
      RawDocument pre, RawDocument query, RawElement update, RawElement arrayFilters) {
    return switch (form(update)) {
      case REPLACEMENT -> replacement(pre.get("_id"), update.document());
      case PIPELINE -> pipeline(pre, update.document());
      case OPERATORS -> operators(pre, query, update, arrayFilters);
    };
  }

  /** The document an upsert inserts when nothing matched; it may lack an {@code _id}. */
  public RawDocument upsert(RawDocument query, RawElement update, RawElement arrayFilters) {
    Form form = form(update);
    RawDocument whole =
        switch (form) {
          case REPLACEMENT -> update.document();
          case PIPELINE -> PipelineEngine.literalReplacement(update.document());
          case OPERATORS -> null;
        };
    if (whole != null) {
      return replacement(equalId(query), whole);
    }
    if (form == Form.PIPELINE) {
      return pipeline(upsert(query, emptySet(), null), update.document());
    }
    EngineCodec codec = new EngineCodec();
    Document command = command(codec, query, update, arrayFilters);
    command.put("upsert", true);
    return withSetValues(codec.encode(run(scratch(), command)), update.document());
  }

  /** The one {@code _id} the query asks for, or null. */
  private static RawElement equalId(RawDocument query) {
    RawElement id = query.get("_id");
    if (id == null || id.type() != BsonTypes.DOCUMENT || id.document().isEmpty()) {
      return id;
    }
    RawElement operator = id.document().first();
    if (operator.name().equals("$eq")) {
      return new RawWriter().element("_id", operator).done().first();
    }
    return operator.name().startsWith("$") ? null : id;
  }

  /**
   * Gives the fields of {@code $set} the very bytes of the statement: the engine takes an equal
   * number of another type for no change, and loses what it has no form for.
   */
  private static RawDocument withSetValues(RawDocument post, RawDocument operators) {
    RawDocument set = operators.document("$set");
    if (set == null) {
      return post;
    }
    RawWriter out = new RawWriter();
    for (RawElement element : post) {
      RawElement given = set.get(element.name());
      boolean isField = !element.name().equals("_id") && element.name().indexOf('.') < 0;
      out.element(given != null && isField ? given : element);
    }
    return out.done();
  }

  private static RawElement emptySet() {
    return new RawWriter().openDocument("").openDocument("$set").close().close().done().first();
  }

  /** A replacement keeps the stored {@code _id} unless it brings its own. */
  private static RawDocument replacement(RawElement id, RawDocument replacement) {
    if (id == null || replacement.has("_id")) {
      return replacement;
    }
    return new RawWriter().element("_id", id).all(replacement).done();
  }

  private RawDocument pipeline(RawDocument pre, RawDocument stages) {
    RawDocument literal = PipelineEngine.literalReplacement(stages);
    if (literal != null) {
      return replacement(pre.get("_id"), literal);
    }
    EngineCodec codec = new EngineCodec();
    List<Document> result = pipelines.run(codec, stages, List.of(codec.decode(pre)));
    return new FieldMerge(codec).merge(pre, Set.of(), result.get(0));
  }

  private RawDocument operators(
      RawDocument pre, RawDocument query, RawElement update, RawElement arrayFilters) {
    EngineCodec codec = new EngineCodec();
    Set<RawElement> hidden = FieldMerge.hidden(pre);
    RawDocument shown = FieldMerge.without(pre, hidden);
    MemoryCollection collection = scratch();
    collection.addDocument(codec.decode(shown));
    Document result = run(collection, command(codec, query, update, arrayFilters));
    if (result == null) {
      // The engine's matcher disagrees with how the document was found; only `$` can tell.
      result = run(collection, command(codec, RawDocument.empty(), update, arrayFilters));
    }
    return withSetValues(new FieldMerge(codec).merge(pre, hidden, result), update.document());
  }

  private static Document command(
      EngineCodec codec, RawDocument query, RawElement update, RawElement arrayFilters) {
    Document command = new Document("query", codec.decode(query));
    command.put("update", codec.decodeValue(update));
    if (arrayFilters != null) {
      command.put("arrayFilters", codec.decodeValue(arrayFilters));
    }
    command.put("new", true);
    return command;
  }

  private MemoryCollection scratch() {
    return new MemoryCollection(database, "scratch", CollectionOptions.withDefaults(), cursors);
  }

  private static Document run(MemoryCollection collection, Document command) {
    try {
      return (Document) collection.findAndModify(command).get("value");
    } catch (FindAndModifyPlanExecutorError e) {
      throw e.getCause();
    }
  }
}
