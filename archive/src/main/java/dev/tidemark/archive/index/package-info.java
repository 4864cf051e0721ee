/**
 * Which segments an archive has. Objects are the truth; the roll-up of an hour is a cache of what
 * its segments' headers say.
 */
package dev.tidemark.archive.index;
