/** What the archiver derives from the objects that it stored. */
package dev.tidemark.archiver.index;
