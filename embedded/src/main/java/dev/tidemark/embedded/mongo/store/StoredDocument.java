package dev.tidemark.embedded.mongo.store;

import dev.tidemark.embedded.mongo.bson.OrderedValue;
import dev.tidemark.embedded.mongo.bson.RawDocument;

/**
 * One document in a collection.
 *
 * @param record its place in natural order; an update keeps it
 * @param id its {@code _id} as a key
 * @param raw its bytes
 */
public record StoredDocument(long record, OrderedValue id, RawDocument raw) {}
