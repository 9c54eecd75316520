package io.mockupaws.store;

/** What became of a creation. */
public enum CreateOutcome {
  CREATED,
  /** An object of that key was there before; it is unchanged. */
  EXISTS
}
