package io.mockupaws.engine.backup;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.FileEntry;
import io.mockupaws.core.format.FileEntry.Origin;
import io.mockupaws.core.format.ManifestLog;
import io.mockupaws.core.format.Run;
import io.mockupaws.core.pg.ControlFile;
import io.mockupaws.engine.cluster.ServerFacts;
import io.mockupaws.engine.repository.PackSet;
import io.mockupaws.engine.repository.PackStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The files that come after all others: configuration that lies outside the data directory, and the
 * control file, which on a standby carries the end of the backup.
 */
final class LastFiles {
  private final BackupRun.Server server;
  private final FileSource source;
  private final ManifestLog log;

  LastFiles(BackupRun.Server server, FileSource source, ManifestLog log) {
    this.server = server;
    this.source = source;
    this.log = log;
  }

  /**
   * What was stored.
   *
   * @param warnings what of the configuration could not be had, each a sentence
   */
  record Copied(ControlFile control, List<String> warnings) {}

  /**
   * Stores them.
   *
   * @param time what is entered as the configuration's time of modification
   * @throws Failure SERVER_CHANGED when the control file is another cluster's
   */
  Copied copy(PackSet packs, Instant time) {
    ServerFacts facts = server.facts();
    boolean sameHost = source.mode() == ReadMode.DIRECT;
    try (FileReader reader = source.reader();
        PackStream stream = packs.open()) {
      ExternalFiles.External external =
          ExternalFiles.find(
              facts, new ServerConfiguration(server.session(), server.rights(), sameHost));
      external
          .files()
          .forEach(
              (path, file) ->
                  store(stream, path, Origin.EXTERNAL, file.mode(), time, file.content()));
      ControlFileCopy.Read control = new ControlFileCopy(reader, Pause.DOUBLING).read();
      ControlFile parsed = control.parsed();
      if (parsed.systemIdentifier() != facts.systemIdentifier()) {
        throw new Failure(
            ErrorCode.SERVER_CHANGED,
            Exclusions.CONTROL_FILE + " is another cluster's",
            "check that nobody replaced the data directory");
      }
      int mode = facts.directoryMode() & 0666;
      store(stream, Exclusions.CONTROL_FILE, Origin.DATA, mode, parsed.modified(), control.bytes());
      stream.finish();
      return new Copied(parsed, external.warnings());
    }
  }

  private void store(
      PackStream stream, String path, Origin origin, int mode, Instant modified, byte[] content) {
    CRC32C crc = new CRC32C();
    crc.update(content);
    stream.beginFile();
    stream.write(ByteBuffer.wrap(content));
    List<Run> runs = stream.endFile();
    log.add(
        new FileEntry(path, origin, content.length, mode, modified, (int) crc.getValue(), runs));
  }
}
