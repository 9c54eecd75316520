package io.mockupaws.core.wal;

import static io.mockupaws.core.wal.MadeRows.DATABASES;
import static io.mockupaws.core.wal.MadeRows.pgClass;
import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.history.CatalogueSnapshot;
import io.mockupaws.core.history.CatalogueSnapshot.DatabaseNames;
import io.mockupaws.core.history.CatalogueSnapshot.Named;
import io.mockupaws.core.history.CatalogueSnapshot.Schema;
import io.mockupaws.core.history.Event;
import io.mockupaws.core.history.EventKind;
import io.mockupaws.core.history.HistoryReader;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.wal.MadeRows.File;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Numbers mean one thing only in their place: OIDs are one catalogue's, numbers of files one
 * database's in one tablespace.
 */
class SameNumbersTest {
  private static final int SHOP = 16_000;
  private static final int FAST = 16_500;
  private static final int NUMBER = 20_001;
  private static final File USUAL = new File(MadeRows.DEFAULT, SHOP, NUMBER);
  private static final File ELSEWHERE = new File(FAST, SHOP, NUMBER);

  private static void named(HistoryReader history, Named... relations) {
    history.apply(
        new CatalogueSnapshot(
            List.of(
                new DatabaseNames(
                    SHOP, "shop", true, List.of(new Schema(2200, "public")), List.of(relations))),
            false));
  }

  private static List<String> told(List<Event> events) {
    return events.stream()
        .map(event -> event.kind().word() + " " + event.name().orElse("unknown"))
        .toList();
  }

  /** What is counted of one is not counted of the other. */
  @Test
  void filesOfTwoTablespacesAreCountedApart() {
    MadeRows rows = new MadeRows(10);
    for (int i = 1; i <= 6; i++) {
      rows.delete(USUAL, i);
      rows.delete(ELSEWHERE, i);
    }
    rows.commit();
    assertThat(rows.told()).isEmpty();
  }

  @Test
  void filesOfTwoTablespacesHaveTheirOwnNames() {
    MadeRows rows = new MadeRows(1);
    rows.delete(ELSEWHERE, 1);
    rows.commit();
    rows.delete(USUAL, 1);
    rows.commit();
    HistoryReader history = rows.reader();
    named(
        history,
        new Named(17_001, "elsewhere", 2200, NUMBER, FAST, 'r'),
        new Named(17_000, "usual", 2200, NUMBER, 0, 'r'));
    assertThat(told(rows.told(history)))
        .containsExactly("deleted public.elsewhere", "deleted public.usual");
  }

  /** A name that belongs to another file is none of this one. */
  @Test
  void aFileInATablespaceIsNotNamedByOneThatLiesInTheDatabasesOwn() {
    MadeRows rows = new MadeRows(1);
    rows.delete(ELSEWHERE, 1);
    rows.commit();
    HistoryReader history = rows.reader();
    named(
        history,
        new Named(17_000, "usual", 2200, NUMBER, 0, 'r'),
        new Named(17_001, "other", 2200, NUMBER + 1, FAST, 'r'));
    assertThat(told(rows.told(history))).containsExactly("deleted unknown");
  }

  /** In the transaction that gives it the file, too. */
  @Test
  void aFileThatTheTransactionMadeElsewhereIsNotThatOfAnotherTable() {
    MadeRows rows = new MadeRows(1);
    rows.insert(pgClass(SHOP), 1, MadeRows.relation(17_001, "made", FAST, NUMBER));
    rows.delete(USUAL, 1);
    rows.commit();
    HistoryReader history = rows.reader();
    named(history, new Named(17_000, "usual", 2200, NUMBER, 0, 'r'));
    assertThat(told(rows.told(history))).contains("created public.made", "deleted public.usual");
  }

  /** A DROP DATABASE was cancelled behind its mark; a table has the database's OID. */
  @Test
  void aMarkedDatabaseIsNoTableOfItsNumber() {
    MadeRows rows = new MadeRows(1000);
    rows.insert(DATABASES, 1, MadeRows.database(17_000, "old", -1));
    rows.commit();
    rows.inplace(DATABASES, 1, MadeRows.database(17_000, "old", -2));
    rows.insert(pgClass(SHOP), 1, MadeRows.relation(17_000, "orders", 0, NUMBER));
    rows.commit();
    Lsn gone = rows.delete(pgClass(SHOP), 1);
    rows.commit();
    assertThat(rows.told())
        .filteredOn(event -> event.kind() == EventKind.DROPPED)
        .singleElement()
        .extracting(Event::first)
        .isEqualTo(gone);
  }

  @Test
  void justBeforeADropIsBeforeItsMark() {
    MadeRows rows = new MadeRows(1000);
    rows.insert(DATABASES, 1, MadeRows.database(17_000, "old", -1));
    rows.commit();
    Lsn mark = rows.inplace(DATABASES, 1, MadeRows.database(17_000, "old", -2));
    rows.delete(DATABASES, 1);
    rows.commit();
    assertThat(dropped(rows)).isEqualTo(mark);
  }

  /**
   * A DROP DATABASE was cancelled behind its mark, and an administrator let people in again: a
   * month later the database is dropped, and a month is not to be given up for it.
   */
  @Test
  void aMarkThatWasTakenAwayIsNoBeginningOfALaterDrop() {
    MadeRows rows = new MadeRows(1000);
    rows.insert(DATABASES, 1, MadeRows.database(17_000, "old", -1));
    rows.commit();
    rows.inplace(DATABASES, 1, MadeRows.database(17_000, "old", -2));
    rows.update(DATABASES, 1, 2, MadeRows.database(17_000, "old", -1));
    rows.commit();
    Lsn mark = rows.inplace(DATABASES, 2, MadeRows.database(17_000, "old", -2));
    rows.delete(DATABASES, 2);
    rows.commit();
    assertThat(dropped(rows)).isEqualTo(mark);
  }

  /** Nobody is let in by another name: the mark stays. */
  @Test
  void aMarkedDatabaseThatIsRenamedIsMarkedAllTheSame() {
    MadeRows rows = new MadeRows(1000);
    rows.insert(DATABASES, 1, MadeRows.database(17_000, "old", -1));
    rows.commit();
    Lsn mark = rows.inplace(DATABASES, 1, MadeRows.database(17_000, "old", -2));
    rows.update(DATABASES, 1, 2, MadeRows.database(17_000, "older", -2));
    rows.commit();
    rows.delete(DATABASES, 2);
    rows.commit();
    assertThat(dropped(rows)).isEqualTo(mark);
  }

  private static Lsn dropped(MadeRows rows) {
    List<Event> dropped =
        rows.told().stream().filter(e -> e.kind() == EventKind.DATABASE_DROPPED).toList();
    assertThat(dropped).hasSize(1);
    return dropped.getFirst().first();
  }
}
