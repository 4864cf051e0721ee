/**
 * Which collections, views and time-series collections exist as the oplog goes on, with their
 * options and indexes. {@link dev.tidemark.oplog.catalog.Catalogue} is the way in.
 */
package dev.tidemark.oplog.catalog;
