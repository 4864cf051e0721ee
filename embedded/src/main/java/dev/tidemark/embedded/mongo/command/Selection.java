package dev.tidemark.embedded.mongo.command;

import dev.tidemark.embedded.mongo.bson.BsonTypes;
import dev.tidemark.embedded.mongo.bson.OrderedValue;
import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawElement;
import dev.tidemark.embedded.mongo.engine.QueryEngine;
import dev.tidemark.embedded.mongo.store.SimulatedCollection;
import dev.tidemark.embedded.mongo.store.StoredDocument;
import dev.tidemark.embedded.mongo.wire.CommandFailure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;

/**
 * Which documents of a collection a statement means, and in which order.
 *
 * @param query the filter, never null
 * @param sort or null
 * @param hint index name or key pattern, or null
 * @param min inclusive lower end along the hinted index, or null
 * @param max exclusive upper end along the hinted index, or null
 */
record Selection(
    RawDocument query, RawDocument sort, RawElement hint, RawDocument min, RawDocument max) {

  static Selection of(RawDocument query) {
    return new Selection(query == null ? RawDocument.empty() : query, null, null, null, null);
  }

  static Selection ofFind(RawDocument body) {
    RawDocument query = body.document("filter");
    return new Selection(
        query == null ? RawDocument.empty() : query,
        nonEmpty(body.document("sort")),
        body.get("hint"),
        nonEmpty(body.document("min")),
        nonEmpty(body.document("max")));
  }

  private static RawDocument nonEmpty(RawDocument document) {
    return document == null || document.isEmpty() ? null : document;
  }

  Iterator<StoredDocument> scan(SimulatedCollection collection, QueryEngine queries) {
    RawElement exact = min == null && max == null ? Scan.exactId(query) : null;
    boolean onlyId = exact != null && query.elements().size() == 1;
    Predicate<RawDocument> filter = onlyId ? document -> true : queries.filter(query);
    if (exact != null) {
      StoredDocument found = collection.find(new OrderedValue(exact));
      return found != null && filter.test(found.raw())
          ? List.of(found).iterator()
          : Collections.emptyIterator();
    }
    if ((min != null || max != null) && !hintsId()) {
      throw hint == null
          ? new CommandFailure(
              51173,
              "Location51173",
              "When using min()/max() a hint of which index to use must be provided")
          : CommandFailure.notSupported("min and max on another index than _id");
    }
    int idOrder = order("_id");
    int naturalOrder = order("$natural");
    if (sort == null || idOrder != 0 || naturalOrder != 0) {
      boolean alongId = idOrder != 0 || (naturalOrder == 0 && (hintsId() || Scan.boundsId(query)));
      boolean backwards = idOrder < 0 || naturalOrder < 0 || hintsNaturalBackwards();
      return alongId
          ? Scan.byId(collection, backwards, query, min, max, filter)
          : Scan.natural(collection, backwards, filter);
    }
    List<StoredDocument> all = new ArrayList<>();
    Scan.byId(collection, false, query, min, max, filter).forEachRemaining(all::add);
    all.sort(Comparator.comparing(StoredDocument::raw, queries.order(sort)));
    return all.iterator();
  }

  /** 1 or -1 if the sort is by that field alone, otherwise 0. */
  private int order(String field) {
    if (sort == null || sort.elements().size() != 1 || !sort.first().name().equals(field)) {
      return 0;
    }
    return Long.signum(sort.first().asLong());
  }

  private boolean hintsId() {
    if (hint == null) {
      return false;
    }
    return hint.type() == BsonTypes.STRING
        ? hint.string().equals("_id_")
        : hint.document().first().name().equals("_id");
  }

  private boolean hintsNaturalBackwards() {
    return hint != null && hint.isContainer() && hint.document().number("$natural", 1) < 0;
  }
}
