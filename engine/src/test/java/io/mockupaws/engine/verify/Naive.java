package io.mockupaws.engine.verify;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.FileEntry;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.format.ManifestVisitor;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.core.format.Run;
import io.mockupaws.engine.journal.Journal;
import io.mockupaws.engine.journal.JournalView;
import io.mockupaws.engine.journal.TargetRequest;
import io.mockupaws.engine.repository.ClusterRepository;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.zip.CRC32C;

/** Takes a backup back the plain way, file by file: the judge of what verify says. */
final class Naive {
  private Naive() {}

  /** Why a recovery to the backup's own end lacks something; empty when it has all it needs. */
  static String obstacle(ClusterRepository cluster, BackupId id) {
    try {
      Journal journal = new Journal(cluster);
      JournalView view = journal.view();
      ManifestHead head = cluster.manifest(id).head();
      journal.resolve(view, new TargetRequest.BackupEnd(), head.timeline(), head);
      journal.walk(view, head.timeline(), head.start(), head.stop(), _ -> {});
      List<PackTable> packs = cluster.manifest(id).packs();
      boolean[] right = {true};
      cluster
          .manifest(id)
          .forEach(
              new ManifestVisitor() {
                @Override
                public void file(FileEntry file) {
                  CRC32C crc = new CRC32C();
                  file.runs().forEach(run -> crc.update(bytes(cluster, packs, run)));
                  right[0] &= file.crc32c().orElseThrow() == (int) crc.getValue();
                }
              });
      return right[0] ? "" : "a checksum";
    } catch (Failure e) {
      return e.toString();
    }
  }

  private static byte[] bytes(ClusterRepository cluster, List<PackTable> packs, Run run) {
    PackTable pack = packs.get(run.pack());
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    cluster
        .packReader()
        .read(
            pack,
            run.frame(),
            pack.frames() - 1,
            (_, content) -> {
              byte[] copy = new byte[content.remaining()];
              content.get(copy);
              all.writeBytes(copy);
            });
    byte[] bytes = new byte[(int) run.length()];
    System.arraycopy(all.toByteArray(), run.frameOffset(), bytes, 0, bytes.length);
    return bytes;
  }
}
