package io.mockupaws.engine.logical;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.DumpSidecar;
import io.mockupaws.core.format.SealedSidecar;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The sidecar of a dump, from whichever copy of it is whole.
 *
 * @param fingerprint of the secret that opens the dump
 */
record ProvenSidecar(DumpSidecar facts, String fingerprint) {
  /** What another copy may not have. */
  private static final Set<ErrorCode> OF_ONE_COPY =
      Set.of(ErrorCode.DAMAGED_OBJECT, ErrorCode.UNKNOWN_FORMAT, ErrorCode.OBJECT_MISSING);

  /**
   * Reads it.
   *
   * @return empty when none of the places has one
   * @throws Failure WRONG_KEY; DAMAGED_OBJECT, UNKNOWN_FORMAT when no copy is whole; OBJECT_MISSING
   *     where a store that may have it cannot be asked; a store's
   */
  static Optional<ProvenSidecar> of(DumpBytes bytes, DumpSecrets secrets) {
    Optional<Failure> fault = Optional.empty();
    for (DumpBytes place : places(bytes)) {
      try {
        Optional<ProvenSidecar> found = place.sidecar().map(text -> proven(place, text, secrets));
        if (found.isPresent()) {
          return found;
        }
      } catch (Failure e) {
        if (fault.isEmpty() && !OF_ONE_COPY.contains(e.code())) {
          throw e;
        }
        fault = fault.or(() -> Optional.of(e));
      }
      if (fault.isEmpty()) {
        return Optional.empty();
      }
    }
    throw fault.orElseThrow();
  }

  /** The place that stands for all of them, then each. */
  static List<DumpBytes> places(DumpBytes bytes) {
    List<DumpBytes> places = new ArrayList<>(List.of(bytes));
    places.addAll(bytes.copies());
    return places;
  }

  private static ProvenSidecar proven(DumpBytes place, byte[] text, DumpSecrets secrets) {
    SealedSidecar sealed = SealedSidecar.decode(place.place(), text);
    return new ProvenSidecar(secrets.proven(place.place(), sealed), sealed.lock().fingerprint());
  }

  /** Whether some place has a dump of the size that was written. */
  boolean fits(DumpBytes bytes, long size) {
    return size == facts.size() || bytes.copies().stream().anyMatch(this::fits);
  }

  private boolean fits(DumpBytes copy) {
    try {
      return copy.size() == facts.size();
    } catch (Failure e) {
      return false;
    }
  }
}
