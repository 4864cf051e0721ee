package dev.tidemark.tailer.config;

import org.apache.kafka.common.config.types.Password;

/**
 * A Java key store on disk.
 *
 * @param location path, PKCS12 or JKS
 * @param password its password, null for none
 */
public record KeyStoreFile(String location, Password password) {}
