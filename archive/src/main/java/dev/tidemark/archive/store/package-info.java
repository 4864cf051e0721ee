/** Where an archive's objects live: S3 and what speaks its protocol, or a directory. */
package dev.tidemark.archive.store;
