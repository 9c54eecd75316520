package io.mockupaws.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.app.daemon.Reason;
import io.mockupaws.engine.notice.Notice;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NoticeWatchTest {
  private static final Instant BEGIN = Instant.parse("2026-04-07T02:00:00Z");

  private final List<String> told = new ArrayList<>();
  private String name = "prod";
  private final NoticeWatch watch =
      new NoticeWatch(
          () -> name,
          "db1",
          n -> told.add(n.kind().word() + " " + n.reason() + (n.next().isEmpty() ? "" : " next")));

  private static Reason rpo(String what) {
    return new Reason("rpo", what, "look");
  }

  private static Reason failed(String task) {
    return new Reason("failed-run", task, "it failed", "look");
  }

  private void look(int second, Reason... reasons) {
    watch.look(List.of(reasons), BEGIN.plusSeconds(second));
  }

  @Test
  void eachReasonIsToldOnceAndOnceWhenItIsGone() {
    look(0, rpo("10 s"));
    look(5, rpo("15 s"));
    assertThat(told).isEmpty();
    look(10, rpo("20 s"));
    look(15, rpo("25 s"));
    look(100, rpo("2 min"));
    assertThat(told).containsExactly("failure rpo next");
    look(105);
    assertThat(told).hasSize(1);
    look(110);
    look(115);
    assertThat(told).containsExactly("failure rpo next", "recovery rpo");
  }

  /** The name is known when the repository was opened; a recovery ends what the failure began. */
  @Test
  void aRecoveryHasTheNameOfItsFailure() {
    List<String> names = new ArrayList<>();
    NoticeWatch named = new NoticeWatch(() -> name, "db1", n -> names.add(n.cluster()));
    name = "the cluster of db1";
    named.look(List.of(rpo("10 s")), BEGIN);
    named.look(List.of(rpo("20 s")), BEGIN.plusSeconds(10));
    name = "prod";
    named.look(List.of(failed("physical")), BEGIN.plusSeconds(20));
    named.look(List.of(failed("physical")), BEGIN.plusSeconds(30));
    assertThat(names).containsExactly("the cluster of db1", "the cluster of db1", "prod");
  }

  @Test
  void whatComesAndGoesIsNoNews() {
    for (int second = 0; second < 200; second += 10) {
      look(second, rpo("now"));
      look(second + 5);
    }
    assertThat(told).isEmpty();
  }

  @Test
  void whatIsGoneForAMomentIsNotWellAgain() {
    look(0, rpo("a"));
    look(10, rpo("a"));
    look(15);
    look(19, rpo("a"));
    look(25, rpo("a"));
    assertThat(told).containsExactly("failure rpo next");
  }

  @Test
  void eachTaskIsToldForItself() {
    look(0, failed("physical"));
    look(10, failed("physical"));
    look(20, failed("physical"), failed("logical"));
    look(30, failed("physical"), failed("logical"));
    assertThat(told)
        .containsExactly("failure failed-run/physical next", "failure failed-run/logical next");
  }

  @Test
  void aRecoveryNamesWhatItWas() {
    assertThat(new Notice(Notice.Kind.RECOVERY, "prod", "rpo", "it was behind", "", BEGIN, "db1"))
        .extracting(Notice::title)
        .asString()
        .contains("well again")
        .contains("it was behind");
  }
}
