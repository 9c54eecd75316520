package io.mockupaws.engine.logical;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.Dumps;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Where a dump's bytes lie: in a store, or in a file of this host. */
public sealed interface DumpBytes {
  /** A sidecar of a dump of 100 TB. */
  int MOST_SIDECAR = 1 << 30;

  /** As an operator names it. */
  String place();

  /** The dump's own name. */
  String name();

  /**
   * Bytes.
   *
   * @throws Failure OBJECT_MISSING when there is no such dump
   */
  long size();

  /**
   * Reads, fewer bytes only where it ends before.
   *
   * @throws Failure OBJECT_MISSING, LOCAL_FILE, a store's
   */
  byte[] read(long offset, int length);

  /**
   * What lies beside it; empty when nothing does.
   *
   * @throws Failure OBJECT_MISSING where a store that may have it cannot be asked
   */
  Optional<byte[]> sidecar();

  /**
   * The same dump in each place that may have a copy, those that answer first; none where this is
   * the only place.
   */
  List<DumpBytes> copies();

  /** The same, and short faults are waited out for minutes: for what is read for hours. */
  DumpBytes patient();

  /** In a store. */
  record InStore(Store store, ObjectKey key) implements DumpBytes {
    @Override
    public String place() {
      return key + " in " + store.address();
    }

    @Override
    public String name() {
      return key.fileName();
    }

    @Override
    public long size() {
      return store
          .stat(key)
          .map(ObjectInfo::size)
          .orElseThrow(() -> missing("there is no dump " + place()));
    }

    @Override
    public byte[] read(long offset, int length) {
      return store.read(key, offset, length);
    }

    @Override
    public Optional<byte[]> sidecar() {
      try {
        return Optional.of(store.read(Dumps.sidecarOf(key), 0, MOST_SIDECAR));
      } catch (StoreException e) {
        boolean nowhere = store.members().stream().allMatch(m -> m.away().isEmpty());
        if (e.code() == ErrorCode.OBJECT_MISSING && nowhere) {
          return Optional.empty();
        }
        throw e;
      }
    }

    @Override
    public List<DumpBytes> copies() {
      return store.members().stream()
          .sorted(Comparator.comparing(member -> member.away().isPresent()))
          .<DumpBytes>map(member -> new InStore(member.store(), key))
          .toList();
    }

    @Override
    public DumpBytes patient() {
      return new InStore(store.patient(), key);
    }
  }

  /** In a file. */
  record InFile(Path path) implements DumpBytes {
    @Override
    public String place() {
      return path.toString();
    }

    @Override
    public String name() {
      return path.getFileName().toString();
    }

    @Override
    public long size() {
      try {
        return Files.size(path);
      } catch (NoSuchFileException e) {
        throw missing("there is no file " + path);
      } catch (IOException e) {
        throw unreadable(e);
      }
    }

    @Override
    public byte[] read(long offset, int length) {
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        for (int count = 0; buffer.hasRemaining() && count >= 0; ) {
          count = channel.read(buffer, offset + buffer.position());
        }
        return Arrays.copyOf(buffer.array(), buffer.position());
      } catch (IOException e) {
        throw unreadable(e);
      }
    }

    @Override
    public Optional<byte[]> sidecar() {
      Path beside = path.resolveSibling(name() + Dumps.SIDECAR);
      try {
        return Optional.of(Files.readAllBytes(beside));
      } catch (NoSuchFileException e) {
        return Optional.empty();
      } catch (IOException e) {
        throw unreadable(e);
      }
    }

    @Override
    public List<DumpBytes> copies() {
      return List.of();
    }

    @Override
    public DumpBytes patient() {
      return this;
    }

    private Failure unreadable(IOException e) {
      return new Failure(
          ErrorCode.LOCAL_FILE,
          "reading " + path + " failed: " + e.getClass().getSimpleName() + ": " + e.getMessage(),
          "look at the rights on that file",
          e);
    }
  }

  private static Failure missing(String what) {
    return new Failure(
        ErrorCode.OBJECT_MISSING, what, "see which there are: mockupaws list --kind logical");
  }
}
