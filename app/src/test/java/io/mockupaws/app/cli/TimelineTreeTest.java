package io.mockupaws.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TimelineTreeTest {
  private static final Instant NOON = Instant.parse("2026-04-07T12:00:00Z");

  private static final List<TimelinesAnswer.Line> LINES =
      List.of(
          line(1, 0, 2),
          line(2, 1, 1),
          line(3, 1, 0),
          line(4, 2, 0),
          new TimelinesAnswer.Line(
              9,
              Optional.of(8L),
              Optional.of("0/9000028"),
              Optional.empty(),
              Optional.of(""),
              List.of(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              0,
              List.of(
                  new TimelinesAnswer.HoleLine(
                      "0/A000000", "0/B000000", 1 << 24, "missing", "the repository lacks it"))));

  private static TimelinesAnswer.Line line(long number, long parent, int backups) {
    Optional<Long> from = Optional.of(parent).filter(p -> p > 0);
    return new TimelinesAnswer.Line(
        number,
        from,
        from.map(_ -> "0/" + number + "000028"),
        from.map(_ -> NOON.plusSeconds(60 * number)),
        from.map(_ -> "no recovery target specified"),
        List.of(
            new TimelinesAnswer.Range(
                NOON, "0/1000100", NOON.plusSeconds(3600 * number), "0/" + number + "F00000")),
        Optional.of(NOON.plusSeconds(3599 * number)),
        Optional.of("0/" + number + "E00000"),
        Optional.of(700 + number),
        backups,
        List.of());
  }

  @Test
  void childrenHangBelowTheirParents() {
    Paper paper = new Paper(80);
    new TimelinesAnswer("shop", "file:///r", Optional.of(4L), LINES).print(paper);
    assertThat(paper.toString())
        .isEqualTo(
            """
            cluster shop in file:///r
            timeline 1
            |   from 2026-04-07 12:00:00.000000 UTC, 0/1000100
            |   to   2026-04-07 13:00:00.000000 UTC, 0/1F00000
            |   last commit 2026-04-07 12:59:59.000000 UTC, transaction 701
            |   2 backups taken on it
            |
            +-- timeline 2
            |   |   left 1 at 0/2000028, 2026-04-07 12:02:00 UTC
            |   |   from 2026-04-07 12:00:00.000000 UTC, 0/1000100
            |   |   to   2026-04-07 14:00:00.000000 UTC, 0/2F00000
            |   |   last commit 2026-04-07 13:59:58.000000 UTC, transaction 702
            |   |   1 backup taken on it
            |   |
            |   +-- timeline 4, the newest
            |           left 2 at 0/4000028, 2026-04-07 12:04:00 UTC
            |           from 2026-04-07 12:00:00.000000 UTC, 0/1000100
            |           to   2026-04-07 16:00:00.000000 UTC, 0/4F00000
            |           last commit 2026-04-07 15:59:56.000000 UTC, transaction 704
            |
            +-- timeline 3
                    left 1 at 0/3000028, 2026-04-07 12:03:00 UTC
                    from 2026-04-07 12:00:00.000000 UTC, 0/1000100
                    to   2026-04-07 15:00:00.000000 UTC, 0/3F00000
                    last commit 2026-04-07 14:59:57.000000 UTC, transaction 703
            timeline 9
                left 8 at 0/9000028
                nothing can be recovered
                hole 0/A000000 to 0/B000000, 16.0 MiB, missing: the repository lacks it
            """);
  }

  @Test
  void fitsNarrowTerminals() {
    Paper paper = new Paper(40);
    new TimelinesAnswer("shop", "file:///r", Optional.of(4L), LINES).print(paper);
    assertThat(paper.toString().lines())
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(40))
        .allSatisfy(line -> assertThat(line).isEqualTo(line.stripTrailing()));
  }
}
