package io.mockupaws.it.support;

import io.mockupaws.demo.postgres.HostUser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system in memory of a few megabytes, unmounted when closed. */
public final class SmallDisk implements AutoCloseable {

  private final Path mount;

  private SmallDisk(Path mount) {
    this.mount = mount;
  }

  public static SmallDisk mount(int megabytes, HostUser owner) {
    try {
      Path mount = Files.createTempDirectory("mockupaws-it-disk-");
      HostCommand.run(
          "mount",
          "-t",
          "tmpfs",
          "-o",
          "size=%dm,uid=%d,gid=%d,mode=0700".formatted(megabytes, owner.uid(), owner.gid()),
          "tmpfs",
          mount.toString());
      return new SmallDisk(mount);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path path() {
    return mount;
  }

  @Override
  public void close() {
    HostCommand.run("umount", "-l", mount.toString());
    try {
      Files.delete(mount);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
