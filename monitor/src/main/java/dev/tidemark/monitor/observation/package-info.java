/** What is known of the parts that are watched, as the topics and the servers tell it. */
package dev.tidemark.monitor.observation;
