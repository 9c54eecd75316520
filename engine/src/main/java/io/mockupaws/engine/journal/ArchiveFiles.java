package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.repository.ClusterRepository;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Writes what {@code restore_command} asks for to files, whole or not at all. */
public final class ArchiveFiles {
  /** Bytes fetched ahead, so that a process is started once for several segments. */
  private static final int AHEAD_BYTES = 128 << 20;

  private static final int MOST_AHEAD = 8;

  private final Handout handout;
  private final int segmentSize;

  public ArchiveFiles(ClusterRepository repository) {
    this.handout = new Handout(repository);
    this.segmentSize = repository.identity().walSegmentSize();
  }

  /** Fills an output; false when there is nothing to fill it with. */
  @FunctionalInterface
  private interface Content {
    boolean writeTo(OutputStream out) throws IOException;
  }

  /**
   * Fetches a file, and the finished segments that follow it into a folder.
   *
   * @param ahead a folder of this recovery alone; what it holds besides is removed
   * @return false when the file is not there for sure
   * @throws Failure WAL_HOLE, WAL_DAMAGED, LOCAL_FILE, and what the store fails with
   */
  public boolean fetch(String name, Path to, Optional<Path> ahead) {
    return switch (ArchiveName.of(name, segmentSize)) {
      case ArchiveName.Whole(SegmentName segment) -> {
        Fetching following = new Fetching(segment, ahead);
        boolean there = write(to, out -> handout.segment(segment, out), false);
        following.await();
        yield there;
      }
      case ArchiveName.History(Timeline timeline) -> {
        Optional<byte[]> content = handout.history(timeline);
        yield content.isPresent() && write(to, out -> put(out, content.get()), false);
      }
      case ArchiveName.Partial _, ArchiveName.BackupNote _ -> false;
    };
  }

  private static boolean put(OutputStream out, byte[] content) throws IOException {
    out.write(content);
    return true;
  }

  private static boolean write(Path to, Content content, boolean durable) {
    Path temporary = to.resolveSibling("." + to.getFileName() + ".mockupaws");
    try {
      boolean there;
      try (FileChannel channel =
              FileChannel.open(
                  temporary,
                  Set.of(
                      StandardOpenOption.CREATE,
                      StandardOpenOption.TRUNCATE_EXISTING,
                      StandardOpenOption.WRITE),
                  PosixFilePermissions.asFileAttribute(
                      PosixFilePermissions.fromString("rw-------")));
          OutputStream out = Channels.newOutputStream(channel)) {
        there = content.writeTo(out);
        if (durable && there) {
          channel.force(true);
        }
      }
      if (there) {
        Files.move(
            temporary, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      }
      return there;
    } catch (IOException | UncheckedIOException e) {
      throw new Failure(
          ErrorCode.LOCAL_FILE,
          "the file " + to + " cannot be written: " + e,
          "Check the folder, its rights and its space: restore_command gives it as %p.",
          e);
    } finally {
      remove(temporary);
    }
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // the next one overwrites it
    }
  }

  /**
   * The following segments, each in a thread of its own. What fails is fetched when its turn comes.
   */
  private final class Fetching {
    private final List<Thread> threads = new ArrayList<>();

    Fetching(SegmentName segment, Optional<Path> folder) {
      folder.ifPresent(into -> begin(segment, into));
    }

    private void begin(SegmentName segment, Path into) {
      List<String> wanted = new ArrayList<>();
      SegmentName next = segment.next();
      for (int i = 0; i < Math.min(MOST_AHEAD, AHEAD_BYTES / segmentSize); i++) {
        wanted.add(next.fileName());
        SegmentName following = next;
        threads.add(Thread.ofVirtual().unstarted(() -> fetch(following, into)));
        next = next.next();
      }
      clear(into, wanted);
      threads.forEach(Thread::start);
    }

    private void clear(Path folder, List<String> wanted) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
        for (Path file : files) {
          if (!wanted.contains(String.valueOf(file.getFileName()))) {
            remove(file);
          }
        }
      } catch (IOException e) {
        threads.clear(); // no such folder: nothing is fetched ahead
      }
    }

    private void fetch(SegmentName segment, Path into) {
      Path file = into.resolve(segment.fileName());
      try {
        if (!Files.exists(file)) {
          write(file, out -> handout.finished(segment, out), true);
        }
      } catch (Failure e) {
        // asked for by name it tells what is wrong
      }
    }

    void await() {
      threads.forEach(JournalStream::join);
    }
  }
}
