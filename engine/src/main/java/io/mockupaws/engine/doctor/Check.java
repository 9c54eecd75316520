package io.mockupaws.engine.doctor;

import static java.util.Objects.requireNonNull;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.util.Optional;

/**
 * One thing that was looked at.
 *
 * @param id stable, for scripts, for example {@code store.create}
 * @param what what was found: the cause, or why it cannot be told
 * @param next what to do; empty where nothing is to be done
 * @param code of the error that stands behind it
 * @param store the address of the one of several stores that was looked at
 */
public record Check(
    String id,
    State state,
    String what,
    String next,
    Optional<ErrorCode> code,
    Optional<String> store) {
  /** How it stands. */
  public enum State {
    OK,
    /** Works, with a risk that the operator should know. */
    WARNING,
    /** Does not work, or a promise cannot be kept. */
    FAILED,
    /** It cannot be told whether it works. */
    UNKNOWN
  }

  public Check {
    requireNonNull(id, "id is null");
    requireNonNull(state, "state is null");
    requireNonNull(what, "what is null");
    requireNonNull(next, "next is null");
    requireNonNull(code, "code is null");
    requireNonNull(store, "store is null");
  }

  Check(String id, State state, String what, String next, Optional<ErrorCode> code) {
    this(id, state, what, next, code, Optional.empty());
  }

  /** The same, of one of several stores. */
  Check of(String address) {
    return new Check(id, state, what, next, code, Optional.of(address));
  }

  static Check ok(String id, String what) {
    return new Check(id, State.OK, what, "", Optional.empty());
  }

  static Check warning(String id, String what, String next) {
    return new Check(id, State.WARNING, what, next, Optional.empty());
  }

  static Check failed(String id, String what, String next) {
    return new Check(id, State.FAILED, what, next, Optional.empty());
  }

  static Check failed(String id, Failure failure) {
    return new Check(
        id, State.FAILED, failure.what(), failure.nextStep(), Optional.of(failure.code()));
  }

  static Check unknown(String id, String why) {
    return new Check(id, State.UNKNOWN, why, "", Optional.empty());
  }

  static Check unknown(String id, String why, String next) {
    return new Check(id, State.UNKNOWN, why, next, Optional.empty());
  }
}
