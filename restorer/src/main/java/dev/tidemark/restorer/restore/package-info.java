/** Carrying a restore out: plan, load, verify, index, report. */
package dev.tidemark.restorer.restore;
