/** Alerts: what they are about, and when each is raised and resolved. */
package dev.tidemark.monitor.alert;
