package io.mockupaws.app.cli;

/** The answer of {@code init --print-sql}. */
record SqlAnswer(String sql) implements Answer {
  @Override
  public void print(Paper paper) {
    paper.verbatim(sql);
  }
}
