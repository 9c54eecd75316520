package io.mockupaws.app.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Draws timelines as a tree. A timeline whose parent is not among them stands on the left, like the
 * first.
 */
final class TimelineTree {
  private final List<TimelinesAnswer.Line> timelines;
  private final Optional<Long> latest;

  TimelineTree(List<TimelinesAnswer.Line> timelines, Optional<Long> latest) {
    this.timelines = List.copyOf(timelines);
    this.latest = latest;
  }

  void print(Paper paper) {
    timelines.stream()
        .filter(line -> line.parent().filter(this::isKnown).isEmpty())
        .forEach(root -> print(paper, root, "", ""));
  }

  private boolean isKnown(long number) {
    return timelines.stream().anyMatch(line -> line.timeline() == number);
  }

  private void print(Paper paper, TimelinesAnswer.Line line, String first, String rest) {
    List<TimelinesAnswer.Line> children =
        timelines.stream()
            .filter(child -> child.parent().filter(p -> p == line.timeline()).isPresent())
            .toList();
    paper.branch(first, rest, title(line));
    String body = rest + (children.isEmpty() ? "    " : "|   ");
    facts(line).forEach(fact -> paper.branch(body, body + "  ", fact));
    for (int i = 0; i < children.size(); i++) {
      boolean last = i == children.size() - 1;
      paper.branch(rest + "|", rest, "");
      print(paper, children.get(i), rest + "+-- ", rest + (last ? "    " : "|   "));
    }
  }

  private String title(TimelinesAnswer.Line line) {
    boolean newest = latest.filter(number -> number == line.timeline()).isPresent();
    return "timeline " + line.timeline() + (newest ? ", the newest" : "");
  }

  private static List<String> facts(TimelinesAnswer.Line line) {
    List<String> facts = new ArrayList<>();
    line.parent()
        .ifPresent(
            parent ->
                facts.add(
                    "left "
                        + parent
                        + " at "
                        + line.leftLsn().orElse("")
                        + line.leftTime().map(time -> ", " + Units.time(time)).orElse("")));
    if (line.ranges().isEmpty()) {
      facts.add("nothing can be recovered");
    }
    for (TimelinesAnswer.Range range : line.ranges()) {
      facts.add("from " + Units.exactTime(range.fromTime()) + ", " + range.fromLsn());
      facts.add("to   " + Units.exactTime(range.toTime()) + ", " + range.toLsn());
    }
    line.lastCommit()
        .ifPresent(
            time ->
                facts.add(
                    "last commit "
                        + Units.exactTime(time)
                        + ", transaction "
                        + line.lastCommitXid().orElse(0L)));
    if (line.backups() > 0) {
      facts.add(Units.count(line.backups(), "backup") + " taken on it");
    }
    line.holes()
        .forEach(
            hole ->
                facts.add(
                    "hole "
                        + hole.fromLsn()
                        + " to "
                        + hole.toLsn()
                        + ", "
                        + Units.bytes(hole.bytes())
                        + ", "
                        + hole.kind()
                        + ": "
                        + hole.reason()));
    return facts;
  }
}
