package io.mockupaws.engine.journal;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.BackupKind;
import io.mockupaws.core.format.CorruptPage;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Heads of backups that nobody took, of which only the positions matter. */
final class MadeHeads {
  private static final Timeline FIRST = new Timeline(1);

  private MadeHeads() {}

  static ManifestHead head(Lsn start, Lsn stop, Instant stopped) {
    return head(start, stop, stopped, List.of());
  }

  /** One that has a page which was corrupt on the server. */
  static ManifestHead corrupt(Lsn start, Lsn stop, Instant stopped) {
    return head(start, stop, stopped, List.of(new CorruptPage("base/5/1", 0, "", "")));
  }

  private static ManifestHead head(
      Lsn start, Lsn stop, Instant stopped, List<CorruptPage> corruptPages) {
    return new ManifestHead(
        new BackupId("20260407T120000Z-full-1a2b"),
        BackupKind.FULL,
        "c",
        1,
        150000,
        FIRST,
        start,
        stop,
        stopped,
        stopped,
        MadeWal.SEGMENT,
        8192,
        true,
        "",
        false,
        "sql",
        "/data",
        0700,
        Map.of(),
        List.of(),
        0,
        0,
        0,
        corruptPages);
  }
}
