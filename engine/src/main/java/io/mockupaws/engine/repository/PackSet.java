package io.mockupaws.engine.repository;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.PackTable;
import java.util.List;
import java.util.TreeMap;

/**
 * The packs of one backup in the making, numbered from 0 in the order in which they are begun. Safe
 * for use by many threads; each opens a {@link PackStream} of its own.
 */
public final class PackSet {
  /** A pack is closed when it has grown to this many bytes. */
  public static final long DEFAULT_PACK_BYTES = 64L << 20;

  private final ClusterRepository cluster;
  private final BackupId backup;
  private final long packBytes;
  private final TreeMap<Integer, PackTable> finished = new TreeMap<>();
  private int begun;
  private long referred;

  PackSet(ClusterRepository cluster, BackupId backup, long packBytes) {
    this.cluster = cluster;
    this.backup = backup;
    this.packBytes = packBytes;
  }

  /** Hears of each pack of a stream when it is durable. */
  @FunctionalInterface
  public interface PackListener {
    void stored(int number, PackTable pack);
  }

  /** A stream for one worker. */
  public PackStream open() {
    return open((number, pack) -> {});
  }

  /** A stream for one worker, which hears of its packs. */
  public PackStream open(PackListener listener) {
    return new PackStream(this, cluster.objects(), packBytes, listener);
  }

  /**
   * Takes in a pack of another backup.
   *
   * @return the number under which runs name it
   */
  public synchronized int takeOver(PackTable pack) {
    int number = begun++;
    finished.put(number, pack);
    return number;
  }

  /**
   * Takes in a pack that belongs to another backup, and stays that one's in all counts.
   *
   * @return the number under which runs name it
   */
  public synchronized int referTo(PackTable pack) {
    int number = takeOver(pack);
    referred += pack.size();
    return number;
  }

  synchronized int begin() {
    return begun++;
  }

  ObjectKey key(int number) {
    return ObjectKey.of(prefix() + String.format("%06d", number));
  }

  private String prefix() {
    return cluster.prefix() + "packs/" + backup + "/";
  }

  synchronized void finished(int number, PackTable table) {
    finished.put(number, table);
  }

  /** Bytes of the packs that are finished, those taken over included, not those referred to. */
  public synchronized long sealedBytes() {
    return finished.values().stream().mapToLong(PackTable::size).sum() - referred;
  }

  /**
   * The tables in the order of the packs' numbers, once every stream is closed.
   *
   * @throws IllegalStateException when a pack was begun and not finished
   */
  public synchronized List<PackTable> finish() {
    if (finished.size() != begun) {
      throw new IllegalStateException("a pack was begun and not finished");
    }
    return List.copyOf(finished.values());
  }

  /** Removes the packs of a backup that will not be committed, and none that was taken over. */
  public void discard() {
    cluster.forEach(
        prefix().substring(cluster.prefix().length()), object -> cluster.delete(object.key()));
  }
}
