package dev.tidemark.restorer.merge;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.oplog.update.UpdateApplier;
import dev.tidemark.oplog.update.UpdateForm;

/** Applies the updates that operations carry; failures say of which operation. Not thread-safe. */
final class LocatedUpdates {

  private final FoldRules rules;
  private final UpdateApplier applier;

  LocatedUpdates(FoldRules rules) {
    this.rules = rules;
    this.applier = new UpdateApplier(rules.order());
  }

  /** The document after an update; the same object if it changes nothing. */
  BsonSlice apply(BsonSlice before, DocumentOperation operation) {
    return located(operation, () -> applier.apply(before, operation.payload()));
  }

  /** The document that an upsert makes of nothing. */
  BsonSlice insert(DocumentOperation operation) {
    return located(operation, () -> applier.insert(operation.key(), operation.payload()));
  }

  boolean isReplacement(DocumentOperation operation) {
    return located(operation, () -> UpdateForm.of(operation.payload()) == UpdateForm.REPLACEMENT);
  }

  /** An action on BSON. */
  @FunctionalInterface
  private interface Action<T> {
    T run();
  }

  private <T> T located(DocumentOperation operation, Action<T> action) {
    try {
      return action.run();
    } catch (TidemarkException e) {
      String where =
          "optime "
              + new Optime(operation.optime())
              + ", namespace '"
              + rules.of(operation.collection()).namespace()
              + "'";
      throw new TidemarkException(
          e.code(),
          e.reason(),
          e.where().isEmpty() ? where : where + ", " + e.where(),
          e.remedy(),
          e);
    }
  }
}
