package dev.tidemark.embedded.mongo.command;

import dev.tidemark.embedded.mongo.bson.BsonTypes;
import dev.tidemark.embedded.mongo.bson.OrderedValue;
import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawElement;
import dev.tidemark.embedded.mongo.bson.RawWriter;
import dev.tidemark.embedded.mongo.member.Member;
import dev.tidemark.embedded.mongo.store.SimulatedCollection;
import dev.tidemark.embedded.mongo.store.StoredDocument;
import dev.tidemark.embedded.mongo.wire.CommandFailure;
import dev.tidemark.embedded.mongo.wire.Request;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** find, getMore, killCursors, count and distinct. */
final class ReadCommands {

  private static final int FIRST_BATCH = 101;
  private static final long DEFAULT_AWAIT_MILLIS = 1000;

  private final Member member;
  private final Cursors cursors;
  private final Views views;
  private final Concerns concerns;

  ReadCommands(Member member, Cursors cursors) {
    this.member = member;
    this.cursors = cursors;
    this.views = new Views(member);
    this.concerns = new Concerns(member);
  }

  void addTo(Map<String, Command> commands) {
    commands.put("find", this::find);
    commands.put("getmore", this::getMore);
    commands.put("killcursors", this::killCursors);
    commands.put("count", this::count);
    commands.put("distinct", this::distinct);
  }

  private RawWriter find(Request request) throws InterruptedException {
    RawDocument body = request.body();
    concerns.awaitClusterTime(body);
    int batchSize = (int) body.number("batchSize", FIRST_BATCH);
    boolean single = body.isTrue("singleBatch");
    if (Targets.isOplog(member, request)) {
      return cursors.first(oplogCursor(body), batchSize, single);
    }
    SimulatedCollection collection = Targets.find(member, request);
    if (collection == null) {
      return cursors.first(
          new IteratorCursor(request.namespace(), null, system(request)), batchSize, single);
    }
    Selection selection = Selection.ofFind(body);
    Iterator<RawDocument> documents;
    if (collection.isView()) {
      List<RawDocument> content = views.read(collection);
      Stream<RawDocument> found =
          content.stream().filter(member.queries().filter(selection.query()));
      documents =
          (selection.sort() == null
                  ? found
                  : found.sorted(member.queries().order(selection.sort())))
              .iterator();
    } else {
      documents = map(selection.scan(collection, member.queries()), StoredDocument::raw);
    }
    skip(documents, body.number("skip", 0));
    documents = limited(documents, body.number("limit", 0));
    documents = map(documents, member.queries().projection(body.document("projection")));
    SimulatedCollection bound = collection.isView() ? null : collection;
    return cursors.first(
        new IteratorCursor(collection.namespace(), bound, documents), batchSize, single);
  }

  private Cursor oplogCursor(RawDocument body) {
    RawDocument filter = body.document("filter");
    RawDocument query = filter == null ? RawDocument.empty() : filter;
    RawWriter rest = new RawWriter();
    long from = 0;
    long to = -1L;
    for (RawElement element : query) {
      if (!element.name().equals("ts")) {
        rest.element(element);
      } else if (element.type() == BsonTypes.TIMESTAMP) {
        from = element.int64();
        to = from;
      } else {
        for (RawElement bound : element.document()) {
          switch (bound.name()) {
            case "$gte" -> from = bound.int64();
            case "$gt" -> from = bound.int64() + 1;
            case "$lte" -> to = bound.int64();
            case "$lt" -> to = bound.int64() - 1;
            case "$eq" -> {
              from = bound.int64();
              to = from;
            }
            default -> throw CommandFailure.notSupported("ts with " + bound.name());
          }
        }
      }
    }
    Predicate<RawDocument> other = member.queries().filter(rest.done());
    OplogCursor.Bounds bounds = new OplogCursor.Bounds(from, to, Concerns.isMajorityRead(body));
    UnaryOperator<RawDocument> projection =
        member.queries().projection(body.document("projection"));
    RawDocument sort = body.document("sort");
    int limit = (int) body.number("limit", 0);
    if (sort != null && !sort.isEmpty() && sort.first().asLong() < 0) {
      return new IteratorCursor(
          "local.oplog.rs", null, map(backwards(bounds, other, limit), projection));
    }
    return new OplogCursor(
        member.oplog(), bounds, other, projection, body.isTrue("tailable"), limit);
  }

  private Iterator<RawDocument> backwards(
      OplogCursor.Bounds bounds, Predicate<RawDocument> filter, int limit) {
    List<RawDocument> found = new ArrayList<>();
    var entry = member.oplog().last(bounds.to(), bounds.majority());
    while (entry != null
        && Long.compareUnsigned(entry.getKey(), bounds.from()) >= 0
        && (limit == 0 || found.size() < limit)) {
      if (filter.test(entry.getValue())) {
        found.add(entry.getValue());
      }
      entry =
          entry.getKey() == 0 ? null : member.oplog().last(entry.getKey() - 1, bounds.majority());
    }
    return found.iterator();
  }

  /** What the server itself keeps in {@code local}. */
  private Iterator<RawDocument> system(Request request) {
    return request.namespace().equals("local.system.replset")
        ? List.of(new StatusCommands(member).config()).iterator()
        : List.<RawDocument>of().iterator();
  }

  private RawWriter getMore(Request request) throws InterruptedException {
    RawDocument body = request.body();
    return cursors.next(
        request.argument().asLong(),
        (int) body.number("batchSize", 0),
        body.number("maxTimeMS", DEFAULT_AWAIT_MILLIS));
  }

  private RawWriter killCursors(Request request) {
    RawWriter killed = new RawWriter();
    RawWriter unknown = new RawWriter();
    RawDocument ids = request.body().document("cursors");
    int index = 0;
    for (RawElement id : ids == null ? RawDocument.empty() : ids) {
      RawWriter list = cursors.kill(id.asLong()) ? killed : unknown;
      list.int64(Integer.toString(index++), id.asLong());
    }
    RawWriter reply = new RawWriter().array("cursorsKilled", killed.done());
    reply.array("cursorsNotFound", unknown.done());
    return reply.openArray("cursorsAlive").close().openArray("cursorsUnknown").close();
  }

  private RawWriter count(Request request) throws InterruptedException {
    concerns.awaitClusterTime(request.body());
    RawDocument body = request.body();
    RawDocument query = body.document("query");
    long count;
    if (Targets.isOplog(member, request)) {
      count = member.oplog().size();
    } else {
      SimulatedCollection collection = Targets.find(member, request);
      if (collection == null) {
        count = 0;
      } else if (collection.isView()) {
        count = views.read(collection).stream().filter(member.queries().filter(query)).count();
      } else if (query == null || query.isEmpty()) {
        count = collection.count();
      } else {
        count = size(Selection.of(query).scan(collection, member.queries()));
      }
    }
    count = Math.max(0, count - body.number("skip", 0));
    long limit = Math.abs(body.number("limit", 0));
    return new RawWriter().int32("n", (int) (limit == 0 ? count : Math.min(limit, count)));
  }

  private RawWriter distinct(Request request) {
    SimulatedCollection collection = Targets.find(member, request);
    TreeSet<OrderedValue> values = new TreeSet<>();
    if (collection != null) {
      String key = request.body().string("key", "");
      Selection.of(request.body().document("query"))
          .scan(collection, member.queries())
          .forEachRemaining(
              document -> {
                RawElement value = document.raw().get(key);
                if (value != null && value.type() == BsonTypes.ARRAY) {
                  value.document().forEach(item -> values.add(new OrderedValue(item)));
                } else if (value != null) {
                  values.add(new OrderedValue(value));
                }
              });
    }
    RawWriter reply = new RawWriter().openArray("values");
    int index = 0;
    for (OrderedValue value : values) {
      reply.element(Integer.toString(index++), value.element());
    }
    return reply.close();
  }

  private static long size(Iterator<?> iterator) {
    long size = 0;
    while (iterator.hasNext()) {
      iterator.next();
      size++;
    }
    return size;
  }

  private static void skip(Iterator<RawDocument> documents, long count) {
    for (long i = 0; i < count && documents.hasNext(); i++) {
      documents.next();
    }
  }

  private static Iterator<RawDocument> limited(Iterator<RawDocument> documents, long limit) {
    if (limit == 0) {
      return documents;
    }
    Iterable<RawDocument> once = () -> documents;
    return StreamSupport.stream(once.spliterator(), false).limit(Math.abs(limit)).iterator();
  }

  private static <A> Iterator<RawDocument> map(
      Iterator<A> from, Function<? super A, RawDocument> function) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return from.hasNext();
      }

      @Override
      public RawDocument next() {
        return function.apply(from.next());
      }
    };
  }
}
