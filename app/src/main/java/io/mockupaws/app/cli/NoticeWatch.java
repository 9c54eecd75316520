package io.mockupaws.app.cli;

import io.mockupaws.app.daemon.Reason;
import io.mockupaws.engine.notice.Notice;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Tells people of each reason once when it has stayed for a moment, and once when it is gone as
 * long.
 */
final class NoticeWatch {
  /** What comes and goes within it is no news. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Supplier<String> cluster;
  private final String host;
  private final Consumer<Notice> notices;
  private final Map<String, Seen> seen = new HashMap<>();

  /**
   * @param since when it came, or, once it was told, when it was last there
   * @param told the cluster as it was told of; empty while it was not
   */
  private record Seen(Reason reason, Instant since, Optional<String> told) {
    boolean isTold() {
      return told.isPresent();
    }
  }

  /**
   * @param cluster its name as it is known at a moment
   */
  NoticeWatch(Supplier<String> cluster, String host, Consumer<Notice> notices) {
    this.cluster = cluster;
    this.host = host;
    this.notices = notices;
  }

  /** Takes what is wrong at this moment; called every few seconds. */
  void look(List<Reason> reasons, Instant now) {
    Set<String> there = new HashSet<>();
    for (Reason reason : reasons) {
      String key = key(reason);
      if (there.add(key)) {
        seen.put(key, there(reason, seen.get(key), now));
      }
    }
    seen.entrySet().removeIf(one -> !there.contains(one.getKey()) && gone(one.getValue(), now));
  }

  private static String key(Reason reason) {
    return reason.about().isEmpty() ? reason.id() : reason.id() + "/" + reason.about();
  }

  private Seen there(Reason reason, @org.jspecify.annotations.Nullable Seen before, Instant now) {
    if (before == null) {
      return new Seen(reason, now, Optional.empty());
    }
    if (before.isTold()) {
      return new Seen(reason, now, before.told());
    }
    if (Duration.between(before.since(), now).compareTo(PATIENCE) < 0) {
      return before;
    }
    String name = cluster.get();
    tell(Notice.Kind.FAILURE, name, reason, now);
    return new Seen(reason, now, Optional.of(name));
  }

  /** Whether it is forgotten. */
  private boolean gone(Seen one, Instant now) {
    if (!one.isTold()) {
      return true;
    }
    if (Duration.between(one.since(), now).compareTo(PATIENCE) < 0) {
      return false;
    }
    // under the name of its failure: that is what ends it where they are counted
    tell(Notice.Kind.RECOVERY, one.told().orElseThrow(), one.reason(), now);
    return true;
  }

  private void tell(Notice.Kind kind, String name, Reason reason, Instant now) {
    String next = kind == Notice.Kind.FAILURE ? reason.next() : "";
    notices.accept(new Notice(kind, name, key(reason), reason.what(), next, now, host));
  }
}
