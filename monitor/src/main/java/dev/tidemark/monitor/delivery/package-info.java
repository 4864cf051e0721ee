/** Bringing alerts and events to whom they concern, however long that takes. */
package dev.tidemark.monitor.delivery;
