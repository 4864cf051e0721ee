/** Reading the topics without a consumer group. */
package dev.tidemark.monitor.topic;
