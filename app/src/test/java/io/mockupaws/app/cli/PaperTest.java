package io.mockupaws.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PaperTest {
  private static final List<String> HEADINGS = List.of("backup", "age", "size");
  private static final List<List<String>> ROWS =
      List.of(
          List.of("20260407T120000Z-full-1a2b", "13 h old", "1.2 GiB"),
          List.of("20260408T120000Z-full-3c4d", "5 min old", "980 MiB"));

  @Test
  void aTableThatFitsIsATable() {
    assertThat(new Paper(80).table(HEADINGS, ROWS).toString())
        .isEqualTo(
            """
            backup                      age        size
            20260407T120000Z-full-1a2b  13 h old   1.2 GiB
            20260408T120000Z-full-3c4d  5 min old  980 MiB
            """);
  }

  @Test
  void aTableThatDoesNotFitBecomesBlocks() {
    assertThat(new Paper(40).table(HEADINGS, ROWS).toString())
        .isEqualTo(
            """
            backup  20260407T120000Z-full-1a2b
            age     13 h old
            size    1.2 GiB

            backup  20260408T120000Z-full-3c4d
            age     5 min old
            size    980 MiB
            """);
  }

  @Test
  void valuesAreBrokenBetweenWords() {
    assertThat(
            new Paper(30)
                .fields(List.of(new Paper.Field("window", "from the oldest to the newest moment")))
                .toString())
        .isEqualTo("window  from the oldest to the\n        newest moment\n");
  }

  @Test
  void noLineIsWiderThanThePaperUnlessAWordIs() {
    String text =
        new Paper(40)
            .line("the quick brown fox jumps over the lazy dog and runs away from here")
            .item("one item that is too long for a line of forty columns")
            .toString();
    assertThat(text.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(40));
  }
}
