package io.mockupaws.engine.retention;

import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.journal.Moment;
import io.mockupaws.engine.journal.Window;
import java.util.ArrayList;
import java.util.List;

/** What can be recovered before and not after, on one timeline. */
final class LostMoments {
  private LostMoments() {}

  /** The stretches of {@code before} that no range of {@code after} has, in words. */
  static List<String> between(
      Timeline timeline, List<Window.Range> before, List<Window.Range> after) {
    List<String> lost = new ArrayList<>();
    for (Window.Range range : before) {
      Moment from = range.from();
      for (Window.Range left : after) {
        boolean apart =
            left.to().lsn().isBefore(from.lsn()) || range.to().lsn().isBefore(left.from().lsn());
        if (apart) {
          continue;
        }
        if (from.lsn().isBefore(left.from().lsn())) {
          lost.add(words(timeline, from, left.from()));
        }
        from = left.to();
      }
      boolean ends =
          after.stream()
              .anyMatch(
                  left ->
                      !left.to().lsn().isBefore(range.to().lsn())
                          && !range.to().lsn().isBefore(left.from().lsn()));
      if (!ends) {
        lost.add(words(timeline, from, range.to()));
      }
    }
    return lost;
  }

  private static String words(Timeline timeline, Moment from, Moment to) {
    return "every moment from "
        + from.time()
        + " ("
        + from.lsn()
        + ") to "
        + to.time()
        + " ("
        + to.lsn()
        + ") on timeline "
        + timeline;
  }
}
