package dev.tidemark.archive.store;

import dev.tidemark.archive.crypt.GuardedObjectStore;
import dev.tidemark.archive.crypt.KeyWrapper;
import dev.tidemark.archive.crypt.KeysetFile;
import dev.tidemark.archive.crypt.KmsKey;
import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/**
 * Opens the store behind an archive's URL. Neither the store nor a key service is asked for
 * anything before the first request; each request throws {@code ARCHIVE_KEY_WRONG} if the archive
 * was encrypted with another key than the config's, or with one while the config has none.
 */
public final class ObjectStores {

  private static final String S3_SCHEME = "s3://";
  private static final String FILE_SCHEME = "file:";

  private ObjectStores() {}

  /** Opens what the config names. */
  public static ObjectStore open(ArchiveConfig config) {
    return open(config, StoreWatch.NONE);
  }

  /** As {@link #open(ArchiveConfig)}, watched. */
  public static ObjectStore open(ArchiveConfig config, StoreWatch watch) {
    return open(config.url(), config, watch);
  }

  /**
   * Opens an archive.
   *
   * @param url {@code s3://bucket}, {@code s3://bucket/prefix}, {@code file:/path} or {@code
   *     file:path}
   * @param config credentials and the like; its own URL is not looked at
   * @throws ArchiveException {@code ARCHIVE_CONFIG_INVALID} if the URL has another form or the key
   *     set is none, {@code ARCHIVE_NOT_FOUND} if the directory does not exist
   */
  public static ObjectStore open(String url, ArchiveConfig config) {
    return open(url, config, StoreWatch.NONE);
  }

  private static ObjectStore open(String url, ArchiveConfig config, StoreWatch watch) {
    return open(browse(url, config, watch), config);
  }

  /**
   * Opens a place to look for archives in it. Names are not encrypted, so that no key is compared
   * and none is needed; what objects hold is read through {@link #open(ObjectStore,
   * ArchiveConfig)}.
   *
   * @throws ArchiveException as {@link #open(String, ArchiveConfig)}
   */
  public static ObjectStore browse(String url, ArchiveConfig config) {
    return browse(url, config, StoreWatch.NONE);
  }

  /**
   * The archive at a place that was browsed.
   *
   * @param place closed with the archive, or if that cannot be opened
   */
  public static ObjectStore open(ObjectStore place, ArchiveConfig config) {
    EncryptionConfig encryption = config.encryption();
    if (!encryption.isWanted()) {
      return GuardedObjectStore.plain(place);
    }
    try {
      KeyWrapper wrapper =
          encryption.kmsKey().isEmpty()
              ? KeysetFile.read(Path.of(encryption.keysetFile()))
              : new KmsKey(KmsClients.open(config), encryption.kmsKey());
      return GuardedObjectStore.encrypted(place, wrapper, config.partBytes());
    } catch (RuntimeException e) {
      place.close();
      throw e;
    }
  }

  private static ObjectStore browse(String url, ArchiveConfig config, StoreWatch watch) {
    if (url.startsWith(S3_SCHEME)) {
      String rest = url.substring(S3_SCHEME.length());
      int slash = rest.indexOf('/');
      String bucket = slash < 0 ? rest : rest.substring(0, slash);
      if (bucket.isEmpty()) {
        throw malformed(url, null);
      }
      String prefix = slash < 0 ? "" : rest.substring(slash + 1);
      return S3ObjectStores.open(bucket, prefix, config.s3(), Clock.systemUTC(), watch);
    }
    if (url.startsWith(FILE_SCHEME)) {
      return DirectoryObjectStore.open(directory(url));
    }
    throw malformed(url, null);
  }

  /**
   * The directory that an archive lies in; empty if it lies elsewhere.
   *
   * @throws ArchiveException {@code ARCHIVE_CONFIG_INVALID} if the URL names none
   */
  public static Optional<Path> directoryOf(String url) {
    return url.startsWith(FILE_SCHEME) ? Optional.of(directory(url)) : Optional.empty();
  }

  private static Path directory(String url) {
    String path = url.substring(FILE_SCHEME.length());
    if (path.startsWith("//")) {
      path = path.substring(2);
    }
    if (path.isEmpty()) {
      throw malformed(url, null);
    }
    try {
      return Path.of(path);
    } catch (InvalidPathException e) {
      throw malformed(url, e);
    }
  }

  private static ArchiveException malformed(String url, Exception cause) {
    return new ArchiveException(
        ArchiveError.ARCHIVE_CONFIG_INVALID,
        "not the URL of an archive",
        UrlMask.mask(url),
        "Use s3://bucket/prefix or file:/path",
        cause);
  }
}
