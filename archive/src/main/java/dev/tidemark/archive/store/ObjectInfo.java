package dev.tidemark.archive.store;

import java.time.Instant;

/**
 * What a store says about an object without reading it.
 *
 * @param key the key below the archive's root
 * @param size bytes
 * @param etag changes whenever the object does; comparable only with other etags of this store
 * @param lastModified when the store took the object, by the store's clock
 */
public record ObjectInfo(String key, long size, String etag, Instant lastModified) {}
