package io.mockupaws.app.config;

/** Yes, no, or what the program finds best. */
public enum Choice {
  AUTO,
  YES,
  NO
}
