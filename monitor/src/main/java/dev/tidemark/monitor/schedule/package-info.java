/** Looking at something again and again. */
package dev.tidemark.monitor.schedule;
