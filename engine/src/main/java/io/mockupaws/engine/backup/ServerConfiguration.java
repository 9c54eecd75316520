package io.mockupaws.engine.backup;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.ServerRights;
import io.mockupaws.engine.cluster.ServerSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Reads configuration from this host where it is the server's and the file is readable here, which
 * tells its permissions too, else has the server read it.
 */
final class ServerConfiguration implements ConfigurationAccess {
  private static final int MAX_BYTES = 16 << 20;
  private static final int UNKNOWN_MODE = 0600;

  private final ServerSession session;
  private final ServerRights rights;
  private final boolean sameHost;

  ServerConfiguration(ServerSession session, ServerRights rights, boolean sameHost) {
    this.session = session;
    this.rights = rights;
    this.sameHost = sameHost;
  }

  @Override
  public Answer read(String path) {
    Path local = Path.of(path);
    if (sameHost && Files.isRegularFile(local) && Files.isReadable(local)) {
      try (var in = Files.newInputStream(local)) {
        int mode = Permissions.bits(Files.getPosixFilePermissions(local));
        return checked(in.readNBytes(MAX_BYTES + 1), mode);
      } catch (IOException e) {
        return overSql(path);
      }
    }
    return overSql(path);
  }

  private Answer overSql(String path) {
    return answer(
        () ->
            session.one(
                "reading " + path,
                "SELECT pg_read_binary_file(?, 0, ?, true)",
                row -> {
                  byte[] content = row.getBytes(1);
                  return content == null ? new Missing() : checked(content, UNKNOWN_MODE);
                },
                path,
                MAX_BYTES + 1L));
  }

  private static Answer checked(byte[] content, int mode) {
    return content.length > MAX_BYTES
        ? new Refused("it is larger than a configuration file should be")
        : new Found(content, mode);
  }

  @Override
  public Answer list(String directory) {
    return answer(
        () ->
            new Listed(
                session.query(
                    "listing " + directory,
                    "SELECT name FROM pg_ls_dir(?, true, false) AS d (name)",
                    row -> row.getString(1),
                    directory)));
  }

  private Answer answer(Supplier<Answer> question) {
    try {
      return question.get();
    } catch (Failure e) {
      if (e.code() == ErrorCode.SERVER_RIGHTS) {
        return new Refused(
            rights.readsServerFiles()
                ? "the server itself may not read it"
                : "the role may not read it; as an administrator: " + rights.toReadServerFiles());
      }
      if (e.code() == ErrorCode.SERVER_ERROR) {
        return new Refused(e.what());
      }
      throw e;
    }
  }
}
