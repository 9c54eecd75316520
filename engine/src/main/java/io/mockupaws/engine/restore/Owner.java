package io.mockupaws.engine.restore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Whom the restored files belong to, and as whom the server runs. PostgreSQL refuses to run as
 * root, so root gives the files away.
 *
 * @param name as {@code id} knows it
 * @param uid POSIX user
 * @param gid its primary group
 * @param isOurself whether files need not be given away
 */
public record Owner(String name, int uid, int gid, boolean isOurself) {

  /** Gives a file or directory to the owner. */
  void give(Path path) throws IOException {
    if (!isOurself) {
      Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
    }
  }
}
