package io.mockupaws.engine.consolidation;

import io.mockupaws.core.format.FileEntry;
import io.mockupaws.core.format.ManifestVisitor;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.core.format.Run;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** How much of each pack a backup needs: read off its manifest, some bytes a pack. */
final class PackUse implements ManifestVisitor {
  /** Of a pack's bytes; one of which less is needed is not worth its place. */
  private static final double SPARSE = 0.5;

  /** Sealed bytes; an incremental backup of a quiet cluster leaves one a reader. */
  private static final long SMALL = 8L << 20;

  /** So many small packs cost a restore more requests than rewriting them costs. */
  private static final int MANY_SMALL = 32;

  private final List<PackTable> packs = new ArrayList<>();
  private final List<long[]> needed = new ArrayList<>();

  @Override
  public void pack(int number, PackTable pack) {
    packs.add(pack);
    needed.add(new long[1]);
  }

  @Override
  public void file(FileEntry file) {
    for (Run run : file.runs()) {
      needed.get(run.pack())[0] += run.length();
    }
  }

  List<PackTable> packs() {
    return packs;
  }

  /** Bytes of a pack's content that the backup needs. */
  long needed(int pack) {
    return needed.get(pack)[0];
  }

  /** Bytes of a pack's content. */
  long content(int pack) {
    PackTable table = packs.get(pack);
    return table.plainStart(table.frames());
  }

  /** The packs whose bytes are better written anew, by their numbers. */
  BitSet toRewrite() {
    BitSet chosen = new BitSet();
    BitSet small = new BitSet();
    for (int pack = 0; pack < packs.size(); pack++) {
      if (needed(pack) < content(pack) * SPARSE) {
        chosen.set(pack);
      } else if (packs.get(pack).size() < SMALL) {
        small.set(pack);
      }
    }
    if (small.cardinality() >= MANY_SMALL) {
      chosen.or(small);
    }
    return chosen;
  }
}
