/** Talking to MongoDB deployments: members, commands on raw documents, and what a server can do. */
package dev.tidemark.restorer.mongo;
