package dev.tidemark.embedded.mongo.engine;

import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.DefaultQueryMatcher;
import de.bwaldvogel.mongo.backend.DocumentComparator;
import de.bwaldvogel.mongo.backend.memory.MemoryCollection;
import de.bwaldvogel.mongo.backend.memory.MemoryDatabase;
import de.bwaldvogel.mongo.bson.Document;
import dev.tidemark.embedded.mongo.bson.BsonTypes;
import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawElement;
import dev.tidemark.embedded.mongo.bson.RawWriter;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Filters, sorts and projects raw documents with mongo-java-server's matcher. Thread-safe. */
public final class QueryEngine {

  private final CursorRegistry cursors = new CursorRegistry();
  private final MemoryDatabase database = new MemoryDatabase("scratch", cursors);

  /** A test for documents; an empty filter decodes nothing. */
  public Predicate<RawDocument> filter(RawDocument query) {
    if (query == null || query.isEmpty()) {
      return document -> true;
    }
    EngineCodec codec = new EngineCodec();
    Document decoded = codec.decode(query);
    DefaultQueryMatcher matcher = new DefaultQueryMatcher();
    return document -> matcher.matches(new EngineCodec().decode(document), decoded);
  }

  public Comparator<RawDocument> order(RawDocument sort) {
    DocumentComparator comparator = new DocumentComparator(new EngineCodec().decode(sort));
    Map<RawDocument, Document> decoded = new LinkedHashMap<>();
    return Comparator.comparing(
        document -> decoded.computeIfAbsent(document, new EngineCodec()::decode), comparator);
  }

  /** Keeps the bytes of the fields it keeps, as long as only whole top-level fields are named. */
  public UnaryOperator<RawDocument> projection(RawDocument projection) {
    if (projection == null || projection.isEmpty()) {
      return UnaryOperator.identity();
    }
    boolean simple = true;
    Boolean including = null;
    Set<String> named = new HashSet<>();
    for (RawElement element : projection) {
      String name = element.name();
      simple &= !element.isContainer() && name.indexOf('.') < 0 && name.indexOf('$') < 0;
      simple &= element.type() != BsonTypes.STRING;
      named.add(name);
      if (!name.equals("_id")) {
        simple &= including == null || including == element.isTruthy();
        including = element.isTruthy();
      }
    }
    if (!simple) {
      return document -> project(document, projection);
    }
    RawElement id = projection.get("_id");
    boolean withId = id == null || id.isTruthy();
    boolean include = including == null ? withId && id != null : including;
    return document -> {
      RawWriter out = new RawWriter();
      for (RawElement element : document) {
        String name = element.name();
        if (name.equals("_id") ? withId : include == named.contains(name)) {
          out.element(element);
        }
      }
      return out.done();
    };
  }

  private RawDocument project(RawDocument document, RawDocument projection) {
    EngineCodec codec = new EngineCodec();
    MemoryCollection collection =
        new MemoryCollection(database, "scratch", CollectionOptions.withDefaults(), cursors);
    collection.addDocument(codec.decode(document));
    // The engine offers projections to other packages only as part of this command.
    Document command = new Document("query", new Document()).append("remove", true);
    command.put("fields", codec.decode(projection));
    return codec.encode((Document) collection.findAndModify(command).get("value"));
  }
}
