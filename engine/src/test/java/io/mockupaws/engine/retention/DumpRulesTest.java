package io.mockupaws.engine.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.format.DumpSidecar.Content;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.engine.logical.LogicalBackup;
import io.mockupaws.engine.logical.MadeDumps;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Which dumps stay. */
class DumpRulesTest {
  /** A Monday. */
  private static final Instant MONDAY = Instant.parse("2026-03-02T02:00:00Z");

  private static final RetentionRules RULES = ContractRules.keeping(2);

  private static LogicalBackup whole(String database, Instant started) {
    return MadeDumps.fact(Content.DATABASE, database, started, List.of());
  }

  private static Map<ObjectKey, List<String>> kept(
      List<LogicalBackup> dumps, RetentionRules rules, Instant now, Map<ObjectKey, Hold> holds) {
    return new DumpRules(dumps, rules, now, holds)
        .fates().stream()
            .filter(DumpRules.Fate::stays)
            .collect(Collectors.toMap(fate -> fate.dump().key(), DumpRules.Fate::reasons));
  }

  @Test
  void ofEachPeriodTheFirstIsKept() {
    List<LogicalBackup> dumps = new ArrayList<>();
    for (int day = 0; day < 400; day++) {
      dumps.add(whole("shop", MONDAY.plus(Duration.ofDays(day))));
      dumps.add(whole("shop", MONDAY.plus(Duration.ofDays(day)).plus(Duration.ofHours(6))));
    }
    Instant now = dumps.getLast().facts().startedAt();
    Map<ObjectKey, List<String>> kept = kept(dumps, RULES, now, Map.of());

    assertThat(kept.values().stream().filter(why -> why.toString().contains("daily"))).hasSize(30);
    assertThat(kept.values().stream().filter(why -> why.toString().contains("weekly"))).hasSize(12);
    assertThat(kept.values().stream().filter(why -> why.toString().contains("monthly")))
        .hasSize(12);
    assertThat(kept.values().stream().filter(why -> why.toString().contains("yearly"))).hasSize(2);
    assertThat(kept.keySet())
        .allMatch(
            key ->
                !key.value().endsWith("_080000.sql.gz.enc") || key.equals(dumps.getLast().key()));
  }

  @Test
  void noDatabaseAndNoFilterStandsInForAnother() {
    LogicalBackup shop = whole("shop", MONDAY);
    LogicalBackup bank = whole("bank", MONDAY.plusSeconds(1));
    LogicalBackup part =
        MadeDumps.fact(Content.DATABASE, "shop", MONDAY.plusSeconds(2), List.of("--schema=a"));
    LogicalBackup later = whole("shop", MONDAY.plusSeconds(3));
    LogicalBackup last = whole("shop", MONDAY.plusSeconds(4));
    LogicalBackup newest = whole("shop", MONDAY.plusSeconds(5));
    Instant now = MONDAY.plus(Duration.ofDays(4000));

    assertThat(kept(List.of(shop, bank, part, later, last, newest), RULES, now, Map.of()))
        .containsOnlyKeys(bank.key(), part.key(), last.key(), newest.key());
  }

  @Test
  void rolesStayWithTheDumpsOfTheirRunAndWhatIsHeldStays() {
    List<LogicalBackup> dumps = new ArrayList<>();
    for (int day = 0; day < 5; day++) {
      Instant time = MONDAY.plus(Duration.ofDays(day));
      dumps.add(MadeDumps.fact(Content.GLOBALS, "g", time, List.of()));
      dumps.add(whole("shop", time));
    }
    Instant now = MONDAY.plus(Duration.ofDays(4000));
    Hold hold = new Hold(now, "audit");

    Map<ObjectKey, List<String>> kept = kept(dumps, RULES, now, Map.of(dumps.get(1).key(), hold));
    assertThat(kept)
        .containsOnlyKeys(
            dumps.get(0).key(),
            dumps.get(1).key(),
            dumps.get(6).key(),
            dumps.get(7).key(),
            dumps.get(8).key(),
            dumps.get(9).key());
    assertThat(kept.get(dumps.get(1).key())).containsExactly("held: audit");
  }

  @Property(tries = 300)
  void whatStaysStaysWithoutTheOthersAndOfEachDatabaseTheNewestDoes(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 80) int count) {
    Random random = new Random(seed);
    List<LogicalBackup> dumps = new ArrayList<>();
    Instant time = MONDAY;
    for (int i = 0; i < count; i++) {
      time = time.plus(Duration.ofHours(1 + random.nextInt(200)));
      dumps.add(whole("db" + random.nextInt(3), time));
    }
    Instant now = time.plus(Duration.ofDays(random.nextInt(900)));
    Set<ObjectKey> kept = kept(dumps, RULES, now, Map.of()).keySet();
    List<LogicalBackup> left = dumps.stream().filter(dump -> kept.contains(dump.key())).toList();
    assertThat(kept(left, RULES, now, Map.of()).keySet()).isEqualTo(kept);

    Set<String> seen = new HashSet<>();
    for (LogicalBackup dump : dumps.reversed()) {
      if (seen.add(dump.facts().database())) {
        assertThat(kept).contains(dump.key());
      }
    }
  }
}
