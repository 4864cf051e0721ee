/** The conditions that are watched, as pure functions of what was observed and of the time. */
package dev.tidemark.monitor.condition;
