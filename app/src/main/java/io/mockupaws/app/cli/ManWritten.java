package io.mockupaws.app.cli;

import java.util.List;

/** The answer of {@code man}. */
record ManWritten(String folder, List<String> pages) implements Answer {
  @Override
  public boolean promisesKept() {
    return true;
  }

  @Override
  public void print(Paper paper) {
    paper.line(Units.count(pages.size(), "page") + " in " + folder);
    paper.line("next: man " + folder + "/mockupaws.1");
  }
}
