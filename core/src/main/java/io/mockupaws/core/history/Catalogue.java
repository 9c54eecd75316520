package io.mockupaws.core.history;

import java.util.Optional;

/** The system catalogues that are followed. */
enum Catalogue {
  CLASS(1259),
  ATTRIBUTE(1249),
  NAMESPACE(2615),
  DATABASE(1262);

  private final int oid;

  Catalogue(int oid) {
    this.oid = oid;
  }

  /** Its OID, and the number of its file as long as it was never rewritten. */
  int oid() {
    return oid;
  }

  static Optional<Catalogue> of(int oid) {
    for (Catalogue catalogue : values()) {
      if (catalogue.oid == oid) {
        return Optional.of(catalogue);
      }
    }
    return Optional.empty();
  }
}
