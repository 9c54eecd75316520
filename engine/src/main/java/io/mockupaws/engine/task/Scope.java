package io.mockupaws.engine.task;

/** How much of its task a run is to do. */
public enum Scope {
  /** All that the task promises. */
  WHOLE,
  /** Some of it: good to have, and no reason to leave the next whole one out. */
  PART
}
