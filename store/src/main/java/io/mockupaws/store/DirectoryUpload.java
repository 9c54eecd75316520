package io.mockupaws.store;

import io.mockupaws.core.format.ObjectKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;

/** A temporary file that gets the object's name in one step when it is whole and on disk. */
final class DirectoryUpload implements Upload {
  private final Path temporary;
  private final Path target;
  private final FileChannel channel;
  private final DirectoryTree tree;
  private final DirectoryFaults faults;
  private final InstantSource clock;
  private final PartCheck check;
  private final ObjectKey key;
  private long size;
  private boolean lostWrites;

  DirectoryUpload(
      DirectoryTemporaries.Temporary temporary,
      Path target,
      ObjectKey key,
      DirectoryTree tree,
      DirectoryFaults faults,
      InstantSource clock,
      int partSize) {
    this.temporary = temporary.path();
    this.channel = temporary.channel();
    this.target = target;
    this.key = key;
    this.tree = tree;
    this.faults = faults;
    this.clock = clock;
    this.check = new PartCheck(partSize);
  }

  @Override
  public void part(ByteBuffer bytes) {
    check.part(bytes.remaining());
    int length = bytes.remaining();
    ByteBuffer view = bytes.duplicate();
    try {
      // At a place of its own, so that a part given again after a fault replaces what was written.
      for (long at = size; view.hasRemaining(); ) {
        at += channel.write(view, at);
      }
    } catch (IOException e) {
      throw faults.of("write " + key, e);
    }
    size += length;
    check.stored(length);
  }

  @Override
  public CreateOutcome commit() {
    check.commit();
    try {
      force();
      boolean created = tree.link(temporary, target);
      check.end();
      return created ? CreateOutcome.CREATED : CreateOutcome.EXISTS;
    } catch (UnsupportedOperationException e) {
      throw faults.noLinks(e);
    } catch (IOException e) {
      throw faults.ofCreation(key, e);
    }
  }

  /**
   * After a failed fsync the kernel may count the lost pages as written, so a second one that
   * succeeds proves nothing.
   */
  private void force() throws IOException {
    if (lostWrites) {
      throw new IOException("an earlier fsync of the same file failed");
    }
    // A failed last part may have left some of its bytes behind the end.
    channel.truncate(size);
    Files.setLastModifiedTime(temporary, FileTime.from(clock.instant()));
    try {
      channel.force(true);
    } catch (IOException e) {
      lostWrites = true;
      throw e;
    }
  }

  @Override
  public void close() {
    check.end();
    try {
      channel.close();
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      throw faults.of("remove the temporary file of " + key, e);
    }
  }
}
