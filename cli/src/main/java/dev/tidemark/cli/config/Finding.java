package dev.tidemark.cli.config;

/**
 * Something wrong with a configuration.
 *
 * @param key the key; empty if none alone is to blame
 * @param problem what is wrong
 * @param remedy what to do; may be empty
 */
record Finding(String key, String problem, String remedy) {}
