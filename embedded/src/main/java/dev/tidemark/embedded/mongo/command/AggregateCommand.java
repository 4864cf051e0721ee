package dev.tidemark.embedded.mongo.command;

import dev.tidemark.embedded.mongo.bson.BsonTypes;
import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawElement;
import dev.tidemark.embedded.mongo.bson.RawWriter;
import dev.tidemark.embedded.mongo.member.CollectionChanges;
import dev.tidemark.embedded.mongo.member.DocumentWrites;
import dev.tidemark.embedded.mongo.member.Member;
import dev.tidemark.embedded.mongo.store.SimulatedCollection;
import dev.tidemark.embedded.mongo.wire.CommandFailure;
import dev.tidemark.embedded.mongo.wire.Request;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** aggregate: leading {@code $match} stages on raw documents, the rest in the engine. */
final class AggregateCommand {

  private final Member member;
  private final Cursors cursors;
  private final Views views;
  private final Concerns concerns;
  private final CollectionChanges collections;

  AggregateCommand(Member member, Cursors cursors) {
    this.member = member;
    this.cursors = cursors;
    this.views = new Views(member);
    this.concerns = new Concerns(member);
    this.collections = new CollectionChanges(member, new DocumentWrites(member));
  }

  void addTo(Map<String, Command> commands) {
    commands.put("aggregate", this::aggregate);
  }

  private RawWriter aggregate(Request request) throws InterruptedException {
    RawDocument body = request.body();
    concerns.awaitClusterTime(body);
    RawDocument pipeline = body.document("pipeline");
    if (pipeline == null) {
      throw CommandFailure.badValue("'pipeline' option must be specified as an array");
    }
    List<RawDocument> stages = pipeline.documents();
    boolean wholeDatabase =
        request.argument().type() != BsonTypes.STRING && request.argument().uuid() == null;
    SimulatedCollection collection = wholeDatabase ? null : Targets.find(member, request);
    String first = stages.isEmpty() ? "" : stages.get(0).first().name();
    if (first.equals("$changeStream")) {
      return cursors.first(changes(request, stages, wholeDatabase), batchSize(body), false);
    }
    List<RawDocument> result;
    switch (first) {
      case "$currentOp" -> result = List.of();
      case "$collStats" -> result = List.of(stats(request, collection));
      default -> result = run(request.database(), input(request, collection), stages);
    }
    String namespace =
        wholeDatabase
            ? request.database() + ".$cmd.aggregate"
            : collection == null ? request.namespace() : collection.namespace();
    return cursors.first(
        new IteratorCursor(namespace, null, result.iterator()), batchSize(body), false);
  }

  private static int batchSize(RawDocument body) {
    RawDocument cursor = body.document("cursor");
    return cursor == null ? 101 : (int) cursor.number("batchSize", 101);
  }

  private ChangeStreamCursor changes(
      Request request, List<RawDocument> stages, boolean wholeDatabase) {
    RawDocument options = stages.get(0).document("$changeStream");
    String fullDocument = options.string("fullDocument", "default");
    if (!fullDocument.equals("default")) {
      throw CommandFailure.notSupported("change streams with fullDocument " + fullDocument);
    }
    if (wholeDatabase
        && request.database().equals("admin")
        && !options.isTrue("allChangesForCluster")) {
      throw CommandFailure.badValue("admin can only be watched with allChangesForCluster");
    }
    List<RawDocument> rest = List.copyOf(stages.subList(1, stages.size()));
    return new ChangeStreamCursor(
        member.oplog(),
        wholeDatabase ? request.database() + ".$cmd.aggregate" : request.namespace(),
        begin(options),
        events -> events.isEmpty() ? events : run(request.database(), events, rest));
  }

  /** The optime behind which a stream begins. */
  private long begin(RawDocument options) {
    for (String resume : List.of("resumeAfter", "startAfter")) {
      if (options.has(resume)) {
        return ChangeEvents.optime(options.document(resume));
      }
    }
    RawElement time = options.get("startAtOperationTime");
    return time != null ? time.int64() - 1 : member.oplog().majority().timestamp();
  }

  private RawDocument stats(Request request, SimulatedCollection collection) {
    RawDocument stats =
        Targets.isOplog(member, request)
            ? CollectionStats.ofOplog(member)
            : CollectionStats.of(collection, request.namespace());
    return new RawWriter()
        .element("ns", stats.get("ns"))
        .int64("count", stats.number("count", 0))
        .document("storageStats", stats)
        .done();
  }

  private List<RawDocument> input(Request request, SimulatedCollection collection) {
    if (!Targets.isOplog(member, request)) {
      return views.read(collection);
    }
    boolean majority = Concerns.isMajorityRead(request.body());
    OplogCursor all =
        new OplogCursor(
            member.oplog(),
            new OplogCursor.Bounds(0, -1, majority),
            entry -> true,
            UnaryOperator.identity(),
            false,
            0);
    List<RawDocument> entries = new ArrayList<>();
    while (!all.isExhausted()) {
      entries.addAll(all.batch(0));
    }
    return entries;
  }

  private List<RawDocument> run(
      String database, List<RawDocument> input, List<RawDocument> stages) {
    List<RawDocument> documents = input;
    Iterator<RawDocument> rest = stages.iterator();
    List<RawDocument> engine = new ArrayList<>();
    RawElement out = null;
    while (rest.hasNext()) {
      RawElement stage = rest.next().first();
      if (stage.name().equals("$match") && engine.isEmpty()) {
        documents = documents.stream().filter(member.queries().filter(stage.document())).toList();
      } else if (stage.name().equals("$sample") && engine.isEmpty()) {
        documents = sample(documents, stage.document().number("size", 0));
      } else if (stage.name().equals("$out") && !rest.hasNext()) {
        out = stage;
      } else if (stage.name().equals("$merge") || stage.name().equals("$unionWith")) {
        throw CommandFailure.notSupported(stage.name());
      } else {
        engine.add(new RawWriter().element(stage).done());
      }
    }
    if (!engine.isEmpty()) {
      RawDocument left = new RawWriter().array("stages", engine).done().document("stages");
      documents = member.pipelines().run(left, documents, views.others(database, left));
    }
    if (out == null) {
      return documents;
    }
    String target =
        out.type() == BsonTypes.STRING
            ? database + "." + out.string()
            : out.document().string("db", database) + "." + out.document().string("coll", "");
    List<RawDocument> output = documents;
    return member.write(
        () -> {
          collections.out(target, output);
          return List.of();
        });
  }

  private static List<RawDocument> sample(List<RawDocument> documents, long size) {
    List<RawDocument> shuffled = new ArrayList<>(documents);
    Collections.shuffle(shuffled);
    return shuffled.subList(0, (int) Math.min(size, shuffled.size()));
  }
}
