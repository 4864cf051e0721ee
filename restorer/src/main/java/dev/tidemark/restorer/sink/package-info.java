/** Writing a restored state into a MongoDB deployment, and reading it back. */
package dev.tidemark.restorer.sink;
