/** What the source deployments themselves tell. */
package dev.tidemark.monitor.source;
