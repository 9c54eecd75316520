package io.mockupaws.store;

import io.mockupaws.core.format.ObjectKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lists a tree of files in the order of whole keys. That is not the order of names folder by
 * folder: {@code a-b} and {@code a.b} sort before {@code a/b}, although {@code a} sorts before
 * both, because {@code +}, {@code -} and {@code .} are less than {@code /}. So a folder sorts as
 * its name with the slash.
 *
 * <p>Of a folder only so many names are held at once; one of more names is read again and again.
 * Only folders in which wanted keys can lie are read.
 */
final class DirectoryListing {
  private static final String LOST_AND_FOUND = "lost+found";

  private final Path root;
  private final String prefix;
  private final String startAfter;
  private final int held;

  /**
   * A listing.
   *
   * @param held names of a folder that are in memory at once
   */
  DirectoryListing(Path root, String prefix, String startAfter, int held) {
    this.root = root;
    this.prefix = prefix;
    this.startAfter = startAfter;
    this.held = held;
  }

  /** The first so many, and whether there are more. */
  ListPage page(int limit) throws IOException {
    List<ObjectInfo> found = new ArrayList<>();
    visit(
        object -> {
          found.add(object);
          return found.size() <= limit;
        });
    boolean more = found.size() > limit;
    return new ListPage(more ? found.subList(0, limit) : found, more);
  }

  void forEach(Consumer<ObjectInfo> visitor) throws IOException {
    visit(
        object -> {
          visitor.accept(object);
          return true;
        });
  }

  /** Hands objects on until one is answered with false. */
  private void visit(Predicate<ObjectInfo> sink) throws IOException {
    try {
      walk(root, "", sink);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private boolean walk(Path folder, String base, Predicate<ObjectInfo> sink) throws IOException {
    Optional<Entry> last = Optional.empty();
    while (true) {
      List<Entry> entries = next(folder, base, last);
      for (Entry entry : entries) {
        if (!take(entry, sink)) {
          return false;
        }
      }
      if (entries.size() < held) {
        return true;
      }
      last = Optional.of(entries.getLast());
    }
  }

  /** Whether to go on. */
  private boolean take(Entry entry, Predicate<ObjectInfo> sink) throws IOException {
    BasicFileAttributes attributes = entry.attributes();
    if (attributes == null) {
      return true;
    }
    if (attributes.isDirectory()) {
      return walk(entry.path, entry.key + '/', sink);
    }
    boolean wanted =
        attributes.isRegularFile()
            && entry.key.startsWith(prefix)
            && entry.key.compareTo(startAfter) > 0;
    return !wanted
        || sink.test(
            new ObjectInfo(
                ObjectKey.of(entry.key),
                attributes.size(),
                attributes.lastModifiedTime().toInstant()));
  }

  /** The first entries behind {@code last}, in order, at most as many as are held. */
  private List<Entry> next(Path folder, String base, Optional<Entry> last) throws IOException {
    Comparator<Entry> order = Entry::compareTo;
    PriorityQueue<Entry> smallest = new PriorityQueue<>(order.reversed());
    Predicate<Entry> isBehind = entry -> last.isEmpty() || entry.compareTo(last.get()) > 0;
    try (DirectoryStream<Path> names = Files.newDirectoryStream(folder)) {
      for (Path path : names) {
        Entry entry = new Entry(path, base + path.getFileName());
        if (mayHoldWanted(entry.key) && isBehind.test(entry)) {
          smallest.add(entry);
          if (smallest.size() > held) {
            smallest.remove();
          }
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    } catch (NoSuchFileException e) {
      if (folder.equals(root)) {
        throw e;
      }
      return List.of();
    }
    List<Entry> sorted = new ArrayList<>(smallest);
    sorted.sort(order);
    return sorted;
  }

  /** Whether {@code key}, as object or as folder, can be or hold what is asked for. */
  private boolean mayHoldWanted(String key) {
    if (!ObjectKey.isLegal(key) || key.equals(LOST_AND_FOUND)) {
      return false;
    }
    String asFolder = key + '/';
    boolean inPrefix = key.startsWith(prefix) || prefix.startsWith(asFolder);
    boolean isBehind =
        key.compareTo(startAfter) > 0
            || asFolder.compareTo(startAfter) > 0
            || startAfter.startsWith(asFolder);
    return inPrefix && isBehind;
  }

  /** A name in a folder; what it is, is asked from the file system only when it matters. */
  private static final class Entry implements Comparable<Entry> {
    private final Path path;
    private final String key;
    private boolean asked;
    private @Nullable BasicFileAttributes attributes;

    Entry(Path path, String key) {
      this.path = path;
      this.key = key;
    }

    /** Null when it is gone. */
    @Nullable BasicFileAttributes attributes() {
      if (!asked) {
        try {
          attributes =
              Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
          attributes = null;
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        asked = true;
      }
      return attributes;
    }

    @Override
    public int compareTo(Entry other) {
      if (other.key.startsWith(key) || key.startsWith(other.key)) {
        return sortKey().compareTo(other.sortKey());
      }
      return key.compareTo(other.key);
    }

    private String sortKey() {
      BasicFileAttributes known = attributes();
      return known != null && known.isDirectory() ? key + '/' : key;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Entry entry && entry.key.equals(key);
    }

    @Override
    public int hashCode() {
      return key.hashCode();
    }
  }
}
