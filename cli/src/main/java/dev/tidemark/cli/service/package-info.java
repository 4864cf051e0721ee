/** What the commands that run as services have in common. */
package dev.tidemark.cli.service;
