/**
 * Rolling a base that lies on a target already forward, in place.
 *
 * <p>{@link dev.tidemark.restorer.rollforward.RollForward} brings the catalogue of the target to
 * where it was at the wanted moment, folds the entries over the documents that they touch, window
 * by window, and writes the final images over them. What another worker needs to go on after a
 * crash is in the lease's checkpoint and in {@link dev.tidemark.restorer.rollforward.WorkObjects}.
 */
package dev.tidemark.restorer.rollforward;
