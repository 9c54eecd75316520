package io.mockupaws.engine.notice;

import io.mockupaws.core.failure.Failure;

/** A way to people. One call is one try; whoever calls tries again. */
public interface Channel {
  /** For messages: kind and host, without what is secret. */
  String name();

  /**
   * Delivers, within ten seconds.
   *
   * @throws Failure NOTICE_FAILED; its text holds nothing of the address but its host
   */
  void deliver(Notice notice);
}
