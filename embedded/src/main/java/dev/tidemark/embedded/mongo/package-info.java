/**
 * A MongoDB simulator for the demo and the tests: {@link
 * dev.tidemark.embedded.mongo.SimulatedReplicaSet}. {@code docs/simulator.md} says what it logs and
 * what it does not do.
 *
 * <p>{@code wire} takes commands off connections, {@code command} carries them out, {@code member}
 * changes documents and collections and logs it, {@code store} and {@code oplog} hold them, {@code
 * engine} puts mongo-java-server to work, {@code delta} and {@code bson} are about bytes.
 */
package dev.tidemark.embedded.mongo;
