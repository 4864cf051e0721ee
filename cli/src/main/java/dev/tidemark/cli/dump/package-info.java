/** Commands on dumps and oplog files, for which no server is needed. */
package dev.tidemark.cli.dump;
