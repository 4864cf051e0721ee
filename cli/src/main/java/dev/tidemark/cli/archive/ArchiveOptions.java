package dev.tidemark.cli.archive;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.cli.service.PropertiesFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.config.ConfigException;
import picocli.CommandLine.Option;

/** Which archive a command reads. Mixed in with picocli's {@code @Mixin}. */
public final class ArchiveOptions {

  /** How far below the named place an archive is looked for. */
  private static final int MAX_DEPTH = 2;

  @Option(
      names = "--archive",
      paramLabel = "URL",
      description =
          "The archive: s3://bucket/prefix, or file:/path for a directory or a bucket's content as"
              + " plain files.")
  private String archive;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Properties with archive.url and archive.s3.*, as the services have them. Without them"
              + " the AWS environment counts (AWS_ACCESS_KEY_ID, AWS_REGION, AWS_ENDPOINT_URL_S3).")
  private Path config;

  @Option(
      names = "--cluster",
      paramLabel = "NAME",
      description = "The cluster in the archive, if there are several.")
  private String cluster;

  /** Whether an archive was named, here or in a file of settings. */
  public boolean isGiven() {
    return archive != null || config != null;
  }

  /** The cluster that was named. */
  public Optional<String> cluster() {
    return Optional.ofNullable(cluster);
  }

  /**
   * Opens the archive. The caller closes it.
   *
   * @throws ArchiveException if the settings or the place are not usable
   */
  public ObjectStore open() {
    return configured(
        settings -> {
          if (archive != null) {
            settings.put(ArchiveConfig.URL_CONFIG, archive);
          }
          ArchiveConfig parsed = new ArchiveConfig(settings);
          return locate(parsed, parsed.url());
        });
  }

  /**
   * What a command makes of the file of settings.
   *
   * @param parse takes the file's settings, none if no file was named
   * @throws ArchiveException {@code ARCHIVE_CONFIG_INVALID} if one of them is not usable
   */
  <T> T configured(Function<Map<String, String>, T> parse) {
    try {
      return parse.apply(
          config == null ? new HashMap<>() : PropertiesFile.readWithProviders(config));
    } catch (ConfigException e) {
      throw new ArchiveException(
          ArchiveError.ARCHIVE_CONFIG_INVALID,
          e.getMessage(),
          config == null ? "" : config.toString(),
          "Correct the setting",
          e);
    }
  }

  /** Somebody may have named the folder above, as the directory that holds the buckets. */
  private static ObjectStore locate(ArchiveConfig config, String url) {
    ObjectStore place = ObjectStores.browse(url, config);
    if (ArchiveIndex.clusters(place).isEmpty()) {
      List<String> below = new ArrayList<>();
      search(place, config, url, 1, below);
      if (below.size() == 1) {
        place.close();
        return ObjectStores.open(below.get(0), config);
      }
    }
    return ObjectStores.open(place, config);
  }

  private static void search(
      ObjectStore place, ArchiveConfig config, String url, int depth, List<String> found) {
    for (String folder : place.folders("")) {
      String deeper = url.endsWith("/") ? url + folder : url + "/" + folder;
      try (ObjectStore candidate = ObjectStores.browse(deeper, config)) {
        if (!ArchiveIndex.clusters(candidate).isEmpty()) {
          found.add(deeper);
        } else if (depth < MAX_DEPTH) {
          search(candidate, config, deeper, depth + 1, found);
        }
      }
    }
  }

  /**
   * The indexes of the clusters that are meant: the one that was named, or all.
   *
   * @throws ArchiveException {@code ARCHIVE_CLUSTER_UNKNOWN} if there is none
   */
  public List<ArchiveIndex> clusters(ObjectStore store) {
    List<String> names = ArchiveIndex.clusters(store);
    if (cluster != null || names.size() <= 1) {
      return List.of(new ArchiveIndex(store, ArchiveIndex.cluster(store, cluster())));
    }
    return names.stream()
        .map(name -> new ArchiveIndex(store, ArchiveIndex.cluster(store, Optional.of(name))))
        .toList();
  }

  /** The index of the one cluster that is meant. */
  public ArchiveIndex oneCluster(ObjectStore store) {
    return new ArchiveIndex(store, ArchiveIndex.cluster(store, cluster()));
  }
}
