package io.mockupaws.engine.verify;

/** How closely is looked. */
public enum Depth {
  /** Manifests are read; everything else that they and the journal name is there, by listing. */
  LISTED,
  /** Every byte is read, opened and compared with what was promised of it. */
  READ
}
