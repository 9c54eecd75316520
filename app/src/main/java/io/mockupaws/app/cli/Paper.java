package io.mockupaws.app.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Text laid out for a width. Collects lines; {@link #toString()} gives them. */
final class Paper {
  private static final int GAP = 2;

  /** Narrower than this, a value stands below its label. */
  private static final int MIN_VALUE = 16;

  private final int width;
  private final StringBuilder text = new StringBuilder();

  /**
   * @param width columns, at least 20
   */
  Paper(int width) {
    this.width = Math.max(20, width);
  }

  /** A paragraph, broken between words. */
  Paper line(String paragraph) {
    wrap(paragraph, "", "");
    return this;
  }

  /** A paragraph whose following lines are indented, for example a list's item. */
  Paper item(String paragraph) {
    wrap(paragraph, "  ", "    ");
    return this;
  }

  /** A paragraph that belongs to the line above. */
  Paper indented(String paragraph) {
    wrap(paragraph, "    ", "    ");
    return this;
  }

  /** A line that may begin with blanks: what follows a break is indented two further. */
  Paper keepIndented(String line) {
    String blanks = line.substring(0, line.length() - line.stripLeading().length());
    wrap(line.stripLeading(), blanks, blanks + "  ");
    return this;
  }

  /** A paragraph of a tree's node: the first line's beginning, and that of the following ones. */
  Paper branch(String first, String rest, String paragraph) {
    wrap(paragraph, first, rest);
    return this;
  }

  /** Text as it is, for example SQL. */
  Paper verbatim(String lines) {
    text.append(lines.stripTrailing()).append('\n');
    return this;
  }

  /** An empty line. */
  Paper gap() {
    text.append('\n');
    return this;
  }

  /** Labels with values, the values aligned. */
  Paper fields(List<Field> fields) {
    int label = fields.stream().mapToInt(f -> f.label().length()).max().orElse(0) + GAP;
    boolean below = width - label < MIN_VALUE;
    for (Field field : fields) {
      if (below || longestWord(field.value()) > width - label) {
        text.append(field.label()).append('\n');
        wrap(field.value(), "  ", "  ");
      } else {
        String head = field.label() + " ".repeat(label - field.label().length());
        wrap(field.value(), head, " ".repeat(label));
      }
    }
    return this;
  }

  /**
   * Rows under headings. Where the width does not hold them, each row becomes labels and values.
   */
  Paper table(List<String> headings, List<List<String>> rows) {
    int[] widths = new int[headings.size()];
    List<List<String>> all = new ArrayList<>(rows);
    all.addFirst(headings);
    for (List<String> row : all) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    int total = GAP * (widths.length - 1);
    for (int column : widths) {
      total += column;
    }
    if (total <= width) {
      all.forEach(row -> appendRow(row, widths));
    } else {
      appendBlocks(headings, rows);
    }
    return this;
  }

  private static int longestWord(String text) {
    return Arrays.stream(text.split(" ", -1)).mapToInt(String::length).max().orElse(0);
  }

  private void appendRow(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + GAP));
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }

  private void appendBlocks(List<String> headings, List<List<String>> rows) {
    for (int r = 0; r < rows.size(); r++) {
      if (r > 0) {
        gap();
      }
      List<Field> fields = new ArrayList<>();
      for (int i = 0; i < headings.size(); i++) {
        fields.add(new Field(headings.get(i), rows.get(r).get(i)));
      }
      fields(fields);
    }
  }

  private void wrap(String paragraph, String first, String indent) {
    StringBuilder line = new StringBuilder(first);
    boolean fresh = true;
    for (String word : paragraph.split(" ", -1)) {
      if (!fresh && line.length() + 1 + word.length() > width) {
        text.append(line.toString().stripTrailing()).append('\n');
        line.setLength(0);
        line.append(indent);
        fresh = true;
      }
      line.append(fresh ? "" : " ").append(word);
      fresh = false;
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }

  @Override
  public String toString() {
    return text.toString();
  }

  /** A label and its value. */
  record Field(String label, String value) {}
}
