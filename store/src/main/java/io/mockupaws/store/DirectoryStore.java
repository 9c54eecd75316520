package io.mockupaws.store;

import io.mockupaws.core.format.ObjectKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Objects as files below a root directory, 0600 in folders of 0700. What is being written lies in
 * {@code .tmp} below the root, a name that no key has, and gets its key as a second name by a hard
 * link: the one step of a file system that fails when the name is taken. File and folders are
 * forced to disk before a creation returns.
 */
final class DirectoryStore implements Store {
  /** Names of one folder that are in memory at once, some 150 bytes each. */
  private static final int NAMES_HELD = 250_000;

  /** Bytes; only a step of writing here, so small enough to be kept by each of many uploads. */
  private static final int PART_SIZE = 1 << 20;

  private static final Duration LEFTOVER_AGE = Duration.ofDays(1);

  private final Path root;
  private final InstantSource clock;
  private final DirectoryTemporaries temporaries;
  private final DirectoryTree tree;
  private final DirectoryFaults faults;
  private final AtomicBoolean swept = new AtomicBoolean();

  DirectoryStore(Path root, InstantSource clock, RandomGenerator random) {
    this.root = root.toAbsolutePath().normalize();
    this.clock = clock;
    this.temporaries = new DirectoryTemporaries(this.root, random);
    this.tree = new DirectoryTree(this.root);
    this.faults = new DirectoryFaults(this.root);
  }

  /** Makes the root directory, 0700, where it is missing. */
  void makeRoot() {
    try {
      makeFolder(root);
    } catch (IOException e) {
      throw faults.of("make the directory", e);
    }
  }

  private static void makeFolder(Path folder) throws IOException {
    Path parent = folder.getParent();
    if (Files.isDirectory(folder) || parent == null) {
      return;
    }
    makeFolder(parent);
    try {
      Files.createDirectory(folder, DirectoryTree.FOLDER_MODE);
      DirectoryTree.force(parent);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
  }

  @Override
  public String address() {
    return new StoreAddress.Directory(root).text();
  }

  @Override
  public CreateOutcome create(ObjectKey key, byte[] content) {
    if (isThereForSure(key)) {
      return CreateOutcome.EXISTS;
    }
    try (DirectoryUpload upload = newUpload(key, Integer.MAX_VALUE)) {
      upload.part(ByteBuffer.wrap(content));
      return upload.commit();
    }
  }

  private boolean isThereForSure(ObjectKey key) {
    if (stat(key).isEmpty()) {
      return false;
    }
    try {
      tree.forceName(path(key));
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw faults.ofCreation(key, e);
    }
  }

  @Override
  public Upload upload(ObjectKey key) {
    return newUpload(key, PART_SIZE);
  }

  private DirectoryUpload newUpload(ObjectKey key, int partSize) {
    if (swept.compareAndSet(false, true)) {
      removeLeftovers(clock.instant().minus(LEFTOVER_AGE));
    }
    try {
      return new DirectoryUpload(
          temporaries.create(), path(key), key, tree, faults, clock, partSize);
    } catch (IOException e) {
      throw faults.of("write " + key, e);
    }
  }

  private Path path(ObjectKey key) {
    return root.resolve(key.value());
  }

  @Override
  public InputStream read(ObjectKey key, long offset) {
    Ranges.check(offset);
    try {
      FileChannel channel = FileChannel.open(file(key), StandardOpenOption.READ);
      try {
        channel.position(offset);
        return new StoreInputStream(
            Channels.newInputStream(channel), e -> faults.ofObject("read", key, e));
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw faults.ofObject("read", key, e);
    }
  }

  @Override
  public byte[] read(ObjectKey key, long offset, int length) {
    Ranges.check(offset, length);
    try (FileChannel channel = FileChannel.open(file(key), StandardOpenOption.READ)) {
      long available = Math.max(0, channel.size() - offset);
      ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(length, available));
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, offset + buffer.position()) < 0) {
          break;
        }
      }
      return buffer.hasRemaining()
          ? Arrays.copyOf(buffer.array(), buffer.position())
          : buffer.array();
    } catch (IOException e) {
      throw faults.ofObject("read", key, e);
    }
  }

  /** A folder can be opened for reading as a file can; it is no object. */
  private Path file(ObjectKey key) throws NoSuchFileException {
    Path path = path(key);
    if (Files.isDirectory(path)) {
      throw new NoSuchFileException(path.toString());
    }
    return path;
  }

  @Override
  public Optional<ObjectInfo> stat(ObjectKey key) {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(path(key), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return attributes.isRegularFile()
          ? Optional.of(
              new ObjectInfo(key, attributes.size(), attributes.lastModifiedTime().toInstant()))
          : Optional.empty();
    } catch (NoSuchFileException e) {
      if (!Files.isDirectory(root)) {
        throw faults.noRoot(e);
      }
      return Optional.empty();
    } catch (IOException e) {
      if (faults.isBelowFile(key)) {
        return Optional.empty();
      }
      throw faults.of("look for " + key, e);
    }
  }

  @Override
  public ListPage list(String prefix, String startAfter, int limit) {
    Ranges.checkLimit(limit);
    try {
      return new DirectoryListing(root, prefix, startAfter, limit + 1).page(limit);
    } catch (IOException e) {
      throw faults.of("list", e);
    }
  }

  @Override
  public void forEach(String prefix, String startAfter, Consumer<ObjectInfo> visitor) {
    try {
      new DirectoryListing(root, prefix, startAfter, NAMES_HELD).forEach(visitor);
    } catch (IOException e) {
      throw faults.of("list", e);
    }
  }

  @Override
  public void delete(ObjectKey key) {
    try {
      Path file = file(key);
      Path folder = file.getParent();
      Files.delete(file);
      if (folder != null) {
        DirectoryTree.force(folder);
        tree.prune(folder);
      }
    } catch (NoSuchFileException e) {
      if (!Files.isDirectory(root)) {
        throw faults.noRoot(e);
      }
    } catch (IOException e) {
      if (!faults.isBelowFile(key)) {
        throw faults.of("delete " + key, e);
      }
    }
  }

  @Override
  public void probe() {
    Probe.run(this);
  }

  @Override
  public int removeLeftovers(Instant before) {
    try {
      return temporaries.remove(before);
    } catch (IOException e) {
      throw faults.of("clean up unfinished uploads", e);
    }
  }

  @Override
  public int partSize() {
    return PART_SIZE;
  }

  @Override
  public void close() {
    // Nothing is held open between calls.
  }
}
