package io.mockupaws.engine.backup;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.BackupKind;
import io.mockupaws.core.format.CorruptPage;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.format.ManifestLog;
import io.mockupaws.core.format.TablespaceEntry;
import io.mockupaws.engine.cluster.ServerFacts;
import java.time.Instant;
import java.util.List;

/** What a backup turned out to be, for the head of its manifest. */
record Outcome(
    BackupId id,
    BackupKind kind,
    String cluster,
    Instant startedAt,
    ServerFacts facts,
    BackupSession.End end) {

  ManifestHead head(
      ReadMode mode, ManifestLog log, long sealedBytes, List<CorruptPage> corruptPages) {
    BackupLabel label = end.label();
    return new ManifestHead(
        id,
        kind,
        cluster,
        facts.systemIdentifier(),
        facts.version(),
        label.timeline(),
        label.start(),
        end.stop(),
        startedAt,
        end.stoppedAt(),
        facts.walSegmentSize(),
        facts.blockSize(),
        facts.dataChecksums(),
        label.text(),
        label.fromStandby(),
        mode.word(),
        facts.dataDirectory(),
        facts.directoryMode(),
        facts.settings(),
        facts.tablespaces().stream()
            .map(space -> new TablespaceEntry(space.oid(), space.name(), space.location()))
            .toList(),
        log.files(),
        log.bytes(),
        sealedBytes,
        corruptPages);
  }
}
