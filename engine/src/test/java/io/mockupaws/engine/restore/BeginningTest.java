package io.mockupaws.engine.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.CorruptPage;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalView;
import io.mockupaws.engine.journal.TargetRequest;
import io.mockupaws.engine.objective.Rates;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.engine.verify.MadeBackups;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the best backup cannot be used, another one leads to the same record. */
class BeginningTest {
  private static final Timeline ONE = new Timeline(1);
  private static final BackupId CONSOLIDATED = new BackupId("20260408T120000Z-incremental-3c4e");
  private static final BackupId BEHIND = new BackupId("20260409T120000Z-full-5e6f");

  private final Store store = Stores.inMemory();
  private final MadeBackups made;
  private final ClusterRepository cluster;

  BeginningTest(@TempDir Path spool) {
    made = new MadeBackups(spool, store).usual();
    cluster =
        Repository.open(store, Optional.of(Secret.of(MadeBackups.KEY)), new SecureRandom())
            .cluster("c");
  }

  private Beginning.Chosen choose(TargetRequest target) {
    Journal journal = new Journal(cluster);
    JournalView view = journal.view();
    List<ManifestHead> candidates =
        BackupChoice.of(cluster.backups(), view, (_, _, from) -> from).candidates(target, ONE);
    return new Beginning(cluster, journal, view, ONE).firstOf(candidates, target);
  }

  private void losePack(BackupId id) {
    cluster.delete(cluster.list("packs/" + id + "/").getLast().key());
  }

  @Test
  void ofAConsolidatedBackupThatLostAPackTheOneBeforeTakesThePlace() {
    made.inPlaceOf(CONSOLIDATED, MadeBackups.SECOND);
    Beginning.Chosen best = choose(new TargetRequest.Latest());
    assertThat(best.backup().id()).isEqualTo(CONSOLIDATED);
    assertThat(best.passedOver()).isEmpty();
    losePack(CONSOLIDATED);
    Beginning.Chosen next = choose(new TargetRequest.Latest());
    assertThat(next.backup().id()).isEqualTo(MadeBackups.SECOND);
    assertThat(next.target()).isEqualTo(best.target());
    assertThat(next.passedOver())
        .singleElement()
        .asString()
        .contains(CONSOLIDATED.value(), "is not there");
    losePack(MadeBackups.SECOND);
    Beginning.Chosen last = choose(new TargetRequest.Latest());
    assertThat(last.backup().id()).isEqualTo(MadeBackups.FIRST);
    assertThat(last.target().recordStart()).isEqualTo(best.target().recordStart());
    losePack(MadeBackups.FIRST);
    Failure none = catchThrowableOfType(Failure.class, () -> choose(new TargetRequest.Latest()));
    assertThat(none.code()).isEqualTo(ErrorCode.OBJECT_MISSING);
    assertThat(none.what()).contains(CONSOLIDATED.value());
  }

  /** Not the corrupt page's reader is refused everything, but whoever can be helped otherwise. */
  @Test
  void behindAHoleOneWithACorruptPageIsBetterThanNone() {
    made.journal().fillTo(5.5);
    made.journal().forgetUpTo(7);
    made.journal().fillTo(7.2);
    made.journal().store();
    made.journal().fillTo(7.4);
    Lsn start = made.journal().end();
    made.known = List.of(new CorruptPage("base/5/1", 0, "", ""));
    made.journal().fillTo(7.6);
    made.backup(BEHIND, start, made.journal().commit(Instant.parse("2026-04-09T12:00:00Z")));
    made.journal().fillTo(7.8);
    made.journal().store();
    Beginning.Chosen chosen = choose(new TargetRequest.Latest());
    assertThat(chosen.backup().id()).isEqualTo(BEHIND);
    assertThat(chosen.passedOver()).hasSize(2).allMatch(why -> why.contains("behind a hole"));
    Journal journal = new Journal(cluster);
    JournalView view = journal.view();
    assertThat(
            RestoreForecast.of(cluster, journal, view, cluster.backups(), Rates.assumed())
                .orElseThrow()
                .backup()
                .id())
        .isEqualTo(BEHIND);
  }
}
