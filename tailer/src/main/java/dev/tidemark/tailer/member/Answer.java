package dev.tidemark.tailer.member;

import com.mongodb.ServerAddress;

/**
 * What a member said, or why it said nothing.
 *
 * @param value null if there is a failure
 * @param failure why there is no value, or null
 */
public record Answer<T>(ServerAddress member, T value, String failure) {

  static <T> Answer<T> none(ServerAddress member, String failure) {
    return new Answer<>(member, null, failure);
  }
}
