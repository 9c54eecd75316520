package io.mockupaws.demo.story;

/** The story cannot go on; the text says where and why. */
final class DemoFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DemoFailure(String what) {
    super(what);
  }

  DemoFailure(String what, Throwable cause) {
    super(what, cause);
  }
}
