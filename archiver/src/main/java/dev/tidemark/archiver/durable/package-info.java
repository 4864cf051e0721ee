/** How far the archive has got, shown where Kafka's tools look. */
package dev.tidemark.archiver.durable;
