/** Metrics and health over HTTP. */
package dev.tidemark.monitor.http;
