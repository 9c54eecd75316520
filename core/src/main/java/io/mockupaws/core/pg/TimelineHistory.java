package io.mockupaws.core.pg;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ancestors of a timeline, as its history file tells them
 * (src/backend/access/transam/timeline.c).
 *
 * @param timeline whose ancestors
 * @param ancestors the oldest first; empty for the first timeline
 */
public record TimelineHistory(Timeline timeline, List<Switch> ancestors) {

  /**
   * Where an ancestor was left.
   *
   * @param parent the ancestor
   * @param at the first position that is no longer on it
   * @param reason what the server wrote about it, for people
   */
  public record Switch(Timeline parent, Lsn at, String reason) {
    public Switch {
      if (reason.indexOf('\n') >= 0) {
        throw new IllegalArgumentException("a reason is one line");
      }
    }
  }

  private static final Pattern LINE =
      Pattern.compile("\\s*([0-9]{1,10})\\s+([0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8})(?:\\s+(.*))?");

  /** Checks that the ancestors' numbers rise and stay below the timeline's own. */
  public TimelineHistory {
    ancestors = List.copyOf(ancestors);
    for (int i = 0; i < ancestors.size(); i++) {
      Timeline child = i + 1 < ancestors.size() ? ancestors.get(i + 1).parent() : timeline;
      if (ancestors.get(i).parent().compareTo(child) >= 0) {
        throw new IllegalArgumentException("timelines out of order");
      }
    }
  }

  /**
   * Reads a history file's text.
   *
   * @throws Failure WAL_DAMAGED when it breaks the rules that PostgreSQL enforces
   */
  public static TimelineHistory parse(Timeline timeline, String text) {
    List<Switch> ancestors = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      if (line.isBlank() || line.strip().startsWith("#")) {
        continue;
      }
      Matcher matcher = LINE.matcher(line.stripTrailing());
      if (!matcher.matches()) {
        throw damaged(timeline, "a line is no entry: " + line);
      }
      String reason = matcher.group(3);
      long parent = Long.parseLong(matcher.group(1));
      if (parent == 0 || parent > 0xFFFF_FFFFL) {
        throw damaged(timeline, "no timeline: " + parent);
      }
      ancestors.add(
          new Switch(
              new Timeline((int) parent),
              Lsn.parse(matcher.group(2)),
              reason == null ? "" : reason));
    }
    try {
      return new TimelineHistory(timeline, ancestors);
    } catch (IllegalArgumentException e) {
      throw damaged(timeline, "its timelines do not rise");
    }
  }

  private static Failure damaged(Timeline timeline, String why) {
    return new Failure(
        ErrorCode.WAL_DAMAGED,
        "the timeline history file " + timeline.historyFileName() + " is damaged: " + why,
        "Fetch the file again from a server of this cluster.");
  }

  /** The text of a history file with these ancestors. */
  public String format() {
    StringBuilder text = new StringBuilder();
    for (Switch ancestor : ancestors) {
      if (!text.isEmpty()) {
        text.append('\n');
      }
      text.append(ancestor.parent())
          .append('\t')
          .append(ancestor.at())
          .append('\t')
          .append(ancestor.reason())
          .append('\n');
    }
    return text.toString();
  }

  /** The ancestor, or the timeline itself, on which a position lies. */
  public Timeline timelineAt(Lsn lsn) {
    for (Switch ancestor : ancestors) {
      if (lsn.isBefore(ancestor.at())) {
        return ancestor.parent();
      }
    }
    return timeline;
  }

  /** Where an ancestor was left; empty for the timeline itself and for those not in its line. */
  public Optional<Lsn> leftAt(Timeline ancestor) {
    return ancestors.stream()
        .filter(entry -> entry.parent().equals(ancestor))
        .map(Switch::at)
        .findFirst();
  }

  /** Where this timeline itself begins; zero for one without ancestors. */
  public Lsn begin() {
    return ancestors.isEmpty() ? Lsn.ZERO : ancestors.getLast().at();
  }
}
