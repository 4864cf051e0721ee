/** Watching the connector's tasks through Connect's REST interface, and starting them again. */
package dev.tidemark.monitor.connect;
