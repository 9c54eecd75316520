package io.mockupaws.engine.repository;

import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.format.ManifestParser;
import io.mockupaws.core.format.ManifestVisitor;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.format.PackTable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A backup's manifest; each call reads the object anew and keeps nothing of it. */
public final class ManifestReader {
  private final ClusterRepository cluster;
  private final BackupId id;

  ManifestReader(ClusterRepository cluster, BackupId id) {
    this.cluster = cluster;
    this.id = id;
  }

  /** What the backup is. */
  public ManifestHead head() {
    try (SealedInput in = open()) {
      return new ManifestParser(cluster.manifestKey(id), in).head();
    }
  }

  /** Packs first, in the order of their numbers, then directories and files. */
  public void forEach(ManifestVisitor visitor) {
    try (SealedInput in = open()) {
      ManifestParser parser = new ManifestParser(cluster.manifestKey(id), in);
      parser.head();
      parser.rest(visitor);
      in.trailer();
    }
  }

  /** The packs in the order of their numbers, without reading what follows them. */
  public void forEachPack(Consumer<PackTable> taker) {
    try (SealedInput in = open()) {
      ManifestParser parser = new ManifestParser(cluster.manifestKey(id), in);
      parser.head();
      parser.packs(taker);
    }
  }

  /** The packs, each at the place of its number. */
  public List<PackTable> packs() {
    List<PackTable> packs = new ArrayList<>();
    forEach(
        new ManifestVisitor() {
          @Override
          public void pack(int number, PackTable pack) {
            packs.add(pack);
          }
        });
    return packs;
  }

  private SealedInput open() {
    return cluster.open(cluster.manifestKey(id), ObjectKind.MANIFEST);
  }
}
