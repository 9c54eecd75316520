package io.mockupaws.engine.restore;

import io.mockupaws.core.format.PackTable;
import java.nio.ByteBuffer;
import java.util.List;

/** The packs of one backup: where each frame's content begins, and how frames are fetched. */
final class PackContents {
  /**
   * Takes the content of a frame, from position to limit; the buffer is the caller's again after.
   */
  @FunctionalInterface
  interface FrameTaker {
    void frame(int frame, ByteBuffer content);
  }

  /** Fetches frames {@code first} to {@code last} of a pack in one read, in order, opened. */
  @FunctionalInterface
  interface FrameFetcher {
    void fetch(PackTable pack, int first, int last, FrameTaker taker);
  }

  private final List<PackTable> tables;
  private final FrameFetcher fetcher;

  PackContents(List<PackTable> tables, FrameFetcher fetcher) {
    this.tables = List.copyOf(tables);
    this.fetcher = fetcher;
  }

  int packs() {
    return tables.size();
  }

  PackTable table(int pack) {
    return tables.get(pack);
  }

  /** Where a frame's content begins in the pack's content, in bytes. */
  long start(int pack, int frame) {
    return tables.get(pack).plainStart(frame);
  }

  void fetch(int pack, int first, int last, FrameTaker taker) {
    fetcher.fetch(tables.get(pack), first, last, taker);
  }
}
