package dev.tidemark.restorer.merge;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.bson.BsonBoolean;

/** The collections of whose documents operations are left out. Not thread-safe. */
final class UndoneRuns {

  private final Set<CollectionRun> runs = new LinkedHashSet<>();

  void add(CollectionRun run) {
    runs.add(run);
  }

  /** Their unique indexes, as {@code namespace name}: the undo may violate them. */
  List<String> uniqueIndexes() {
    return runs.stream()
        .flatMap(
            run ->
                run.restored().metadata().indexes().stream()
                    .filter(index -> index.getBoolean("unique", BsonBoolean.FALSE).getValue())
                    .map(
                        index ->
                            run.restored().namespace() + " " + index.getString("name").getValue()))
        .sorted()
        .toList();
  }
}
