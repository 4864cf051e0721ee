package dev.tidemark.embedded.mongo.command;

import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.engine.PipelineEngine;
import dev.tidemark.embedded.mongo.member.CollectionChanges;
import dev.tidemark.embedded.mongo.member.Member;
import dev.tidemark.embedded.mongo.store.SimulatedCollection;
import dev.tidemark.embedded.mongo.store.StoredDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Computes what a view shows. */
final class Views {

  private final Member member;

  Views(Member member) {
    this.member = member;
  }

  /** The documents of a collection, or what a view makes of them. */
  List<RawDocument> read(SimulatedCollection collection) {
    if (collection == null) {
      return List.of();
    }
    if (!collection.isView()) {
      List<RawDocument> all = new ArrayList<>();
      for (StoredDocument document : collection.natural().values()) {
        all.add(document.raw());
      }
      return all;
    }
    String database = CollectionChanges.database(collection.namespace());
    String source = database + "." + collection.options().string("viewOn", "");
    RawDocument pipeline = collection.options().document("pipeline");
    List<RawDocument> input = read(member.namespaces().get(source));
    return pipeline == null || pipeline.isEmpty()
        ? input
        : member.pipelines().run(pipeline, input, others(database, pipeline));
  }

  /** The database's collections, if a stage of the pipeline may look into them. */
  PipelineEngine.Collections others(String database, RawDocument pipeline) {
    boolean looks =
        pipeline.documents().stream()
            .filter(stage -> !stage.isEmpty())
            .map(stage -> stage.first().name())
            .anyMatch(name -> name.contains("ookup") || name.equals("$facet"));
    if (!looks) {
      return PipelineEngine.NONE;
    }
    return new PipelineEngine.Collections() {
      @Override
      public Stream<RawDocument> read(String collection) {
        return Views.this.read(member.namespaces().get(database + "." + collection)).stream();
      }

      @Override
      public List<String> names() {
        return member.namespaces().of(database).stream()
            .map(collection -> CollectionChanges.name(collection.namespace()))
            .filter(name -> !name.startsWith("system."))
            .toList();
      }
    };
  }
}
