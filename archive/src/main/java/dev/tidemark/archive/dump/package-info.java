/**
 * The layout that mongodump writes and mongorestore reads: a directory with a file of documents and
 * a metadata file for every collection, or an archive file that holds the same. Dumps are read in
 * both forms, plain or compressed with gzip, and written as directories.
 */
package dev.tidemark.archive.dump;
