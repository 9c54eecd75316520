package io.mockupaws.engine.restore;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import io.mockupaws.core.format.Crc32cMath;
import io.mockupaws.core.format.ManifestHead;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** Tells {@code pg_verifybackup} what the restored directory holds. */
final class BackupManifestWriter {
  private final Path file;
  private final ManifestHead backup;
  private final Owner owner;
  private final int mode;

  BackupManifestWriter(Path target, ManifestHead backup, Owner owner, int mode) {
    this.file = target.resolve(BackupManifestFile.NAME);
    this.backup = backup;
    this.owner = owner;
    this.mode = mode;
  }

  /**
   * Writes the manifest.
   *
   * @param ours files that the restore made or changed, by their path in the target
   */
  void write(BackupFiles files, Map<String, byte[]> ours) {
    LocalFiles.attempt(
        "writing",
        file,
        () -> {
          try (FileChannel channel = FileChannel.open(file, Set.of(CREATE_NEW, WRITE));
              OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel))) {
            write(files, ours, out);
            out.flush();
            LocalFiles.setMode(file, mode);
            owner.give(file);
            channel.force(true);
          }
          return file;
        });
  }

  private void write(BackupFiles files, Map<String, byte[]> ours, OutputStream out)
      throws IOException {
    BackupManifestFile manifest =
        BackupManifestFile.begin(out, backup.serverVersion() / 10_000, backup.systemIdentifier());
    FileTable table = files.table();
    for (int i = 0; i < table.count(); i++) {
      String place = files.place(i);
      if (files.isWritten(i) && !ours.containsKey(place)) {
        Instant modified = Instant.ofEpochMilli(table.modifiedMillis(i));
        manifest.file(place, table.size(i), modified, table.crc32c(i));
      }
    }
    for (Map.Entry<String, byte[]> file : ours.entrySet()) {
      byte[] content = file.getValue();
      OptionalInt crc = OptionalInt.of(Crc32cMath.of(ByteBuffer.wrap(content)));
      manifest.file(file.getKey(), content.length, backup.stoppedAt(), crc);
    }
    manifest.end(
        List.of(new BackupManifestFile.WalRange(backup.timeline(), backup.start(), backup.stop())));
  }
}
