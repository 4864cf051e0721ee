/** Encrypted connections to the embedded servers, for tests. */
package dev.tidemark.embedded.tls;
