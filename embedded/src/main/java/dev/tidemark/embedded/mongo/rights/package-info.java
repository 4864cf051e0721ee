/** What a real server would require of the account behind a command, and what a role grants. */
package dev.tidemark.embedded.mongo.rights;
