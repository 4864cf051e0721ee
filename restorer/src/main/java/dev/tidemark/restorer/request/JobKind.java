package dev.tidemark.restorer.request;

import dev.tidemark.schemas.serde.TrustedRecords;
import dev.tidemark.schemas.status.Failure;
import dev.tidemark.schemas.status.JobState;
import java.time.Instant;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Field;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * One kind of request: its two Avro types and the work. What the {@link RequestLoop} needs of them
 * is read and written by field name, so that a new kind is two schemas and a {@link JobWork}.
 *
 * <p>Every request has the fields {@code requestId}, {@code cancel} and {@code requestedAt}, every
 * status {@code requestId}, {@code requestSha256}, {@code state}, {@code worker}, {@code
 * acceptedAt}, {@code updatedAt} and {@code failure}. Fields that both have under one name and with
 * one schema, such as {@code cluster}, are copied into the first status. A type without one of the
 * fields is refused when the kind is made.
 *
 * @param <R> the request
 * @param <S> its status
 */
public final class JobKind<R extends SpecificRecord, S extends SpecificRecord> {

  private final RecordType<R> requests;
  private final RecordType<S> statuses;
  private final JobWork<R, S> work;

  public JobKind(Class<R> requestType, Class<S> statusType, JobWork<R, S> work) {
    TrustedRecords.trust();
    this.requests = new RecordType<>(requestType, "requestId", "cancel", "requestedAt");
    this.statuses =
        new RecordType<>(
            statusType,
            "requestId",
            "requestSha256",
            "state",
            "worker",
            "acceptedAt",
            "updatedAt",
            "failure");
    this.work = work;
  }

  Class<R> requestType() {
    return requests.type();
  }

  Class<S> statusType() {
    return statuses.type();
  }

  JobWork<R, S> work() {
    return work;
  }

  String id(R request) {
    return (String) requests.get(request, "requestId");
  }

  /** Whether the request asks for the end of the one with its id. */
  boolean isCancel(R request) {
    return (Boolean) requests.get(request, "cancel");
  }

  /** When the sender says it was sent, milliseconds since the epoch; null if it does not say. */
  Long requestedAt(R request) {
    Instant at = (Instant) requests.get(request, "requestedAt");
    return at == null ? null : at.toEpochMilli();
  }

  /** The request without what may differ between two copies of it. */
  R normalised(R request) {
    R copy = requests.copy(request);
    requests.set(copy, "cancel", false);
    requests.set(copy, "requestedAt", null);
    return copy;
  }

  /** The first status of a request. */
  S accepted(R request, String requestSha256, String worker, long now) {
    S status = begun(id(request), JobState.ACCEPTED, worker, now);
    for (Field field : request.getSchema().getFields()) {
      Field same = status.getSchema().getField(field.name());
      if (same != null && same.schema().equals(field.schema())) {
        status.put(same.pos(), request.get(field.pos()));
      }
    }
    statuses.set(status, "requestSha256", requestSha256);
    return work.describe(request, status);
  }

  /** The status of something that is no request. */
  S rejected(String id, String worker, long now) {
    return begun(id, JobState.FAILED, worker, now);
  }

  private S begun(String id, JobState state, String worker, long now) {
    S status = statuses.blank();
    statuses.set(status, "requestId", id);
    statuses.set(status, "state", state);
    statuses.set(status, "worker", worker);
    statuses.set(status, "acceptedAt", Instant.ofEpochMilli(now));
    statuses.set(status, "updatedAt", Instant.ofEpochMilli(now));
    return status;
  }

  JobState state(S status) {
    return (JobState) statuses.get(status, "state");
  }

  String requestSha256(S status) {
    return (String) statuses.get(status, "requestSha256");
  }

  /** The worker that published the status. */
  String worker(S status) {
    return (String) statuses.get(status, "worker");
  }

  /** The status with another state; {@code failure} is null unless the job failed. */
  S mark(S status, JobState state, Failure failure, String worker, long now) {
    S marked = statuses.copy(status);
    statuses.set(marked, "state", state);
    statuses.set(marked, "failure", failure);
    statuses.set(marked, "worker", worker);
    statuses.set(marked, "updatedAt", Instant.ofEpochMilli(now));
    return state == JobState.SUCCEEDED ? work.succeeded(marked) : marked;
  }

  /** A generated type whose fields are reached by name. */
  private record RecordType<T extends SpecificRecord>(Class<T> type, Schema schema) {

    RecordType(Class<T> type, String... fields) {
      this(type, SpecificData.get().getSchema(type));
      for (String field : fields) {
        if (schema.getField(field) == null) {
          throw new IllegalArgumentException(schema.getFullName() + " has no field " + field);
        }
      }
    }

    Object get(T record, String field) {
      return record.get(schema.getField(field).pos());
    }

    void set(T record, String field, Object value) {
      record.put(schema.getField(field).pos(), value);
    }

    T copy(T record) {
      return data().deepCopy(schema, record);
    }

    /** With the defaults of the schema, and empty text where it has none. */
    T blank() {
      T record = type.cast(data().newRecord(null, schema));
      for (Field field : schema.getFields()) {
        if (field.hasDefaultValue()) {
          // Defaults are cached by Avro: every record gets its own.
          record.put(field.pos(), data().deepCopy(field.schema(), data().getDefaultValue(field)));
        } else if (field.schema().getType() == Schema.Type.STRING) {
          record.put(field.pos(), "");
        }
      }
      return record;
    }

    private SpecificData data() {
      return SpecificData.getForClass(type);
    }
  }
}
