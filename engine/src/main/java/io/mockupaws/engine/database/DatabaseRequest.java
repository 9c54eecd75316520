package io.mockupaws.engine.database;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.restore.RestoreRequest;
import java.nio.file.Path;

/**
 * What somebody wants brought into a database, and how.
 *
 * @param destination the database, on a server that runs
 * @param source the name it has in the cluster
 * @param disconnect whether connections that stand in the way may be ended
 * @param temporary where the scratch server gets its folder
 * @param recovery which moment of the cluster, by which programs
 */
public record DatabaseRequest(
    ServerAddress destination,
    String source,
    Way way,
    boolean disconnect,
    Omissions omissions,
    Path temporary,
    Recovery recovery) {

  /** Says what is recovered, once it is known where to. */
  @FunctionalInterface
  public interface Recovery {
    RestoreRequest into(Path directory);
  }

  /** The same from that backup on. */
  public DatabaseRequest from(BackupId backup) {
    return new DatabaseRequest(
        destination,
        source,
        way,
        disconnect,
        omissions,
        temporary,
        directory -> recovery.into(directory).withBackup(backup));
  }
}
