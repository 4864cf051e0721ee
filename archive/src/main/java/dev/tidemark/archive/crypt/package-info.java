/**
 * Encryption before anything leaves the process: a data key encrypts each object in authenticated
 * pieces, and a key that never lies in the archive encrypts the data key.
 */
package dev.tidemark.archive.crypt;
