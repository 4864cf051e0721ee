/** Many small records for Kafka Streams to handle as one. */
package dev.tidemark.archiver.pack;
