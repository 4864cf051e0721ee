/**
 * Users and roles of a deployment in a restore: which of them, as they were at the wanted moment,
 * and how they come into a target without taking the restoring account away.
 */
package dev.tidemark.restorer.account;
