/** Requests on Kafka topics: taking them, carrying each out once, and telling how far it got. */
package dev.tidemark.restorer.request;
