package io.mockupaws.engine.backup;

import io.mockupaws.core.format.FileEntry;
import io.mockupaws.core.pg.RelationPath;
import io.mockupaws.engine.repository.PackStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * One worker: takes files from the queue, reads them, verifies their pages and lays them into
 * packs. Runs in a thread of its own and shares nothing with others but the queue and the counters.
 */
final class ClusterCopy {
  /** Bytes that are read at once: a multiple of every page size. */
  static final int BUFFER_BYTES = 4 << 20;

  private final Listing listing;
  private final WorkQueue queue;
  private final Optional<PageCheck> pages;
  private final Recorder log;
  private final Known known;
  private final Counters counters;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

  /** Takes the files that were read to their ends. */
  @FunctionalInterface
  interface Recorder {
    void file(Listing.Listed listed, FileEntry entry);
  }

  /** Recognises files that were read whole and need not be stored again. */
  @FunctionalInterface
  interface Known {
    /** Of a backup that stores everything. */
    Known NOTHING = (listed, size, crc32c) -> false;

    /** Whether the file was entered with what an earlier backup has stored. */
    boolean enter(Listing.Listed listed, long size, int crc32c);
  }

  /**
   * A worker.
   *
   * @param pages empty where pages carry no checksums
   */
  ClusterCopy(
      Listing listing,
      WorkQueue queue,
      Optional<PageCheck> pages,
      Recorder log,
      Known known,
      Counters counters) {
    this.listing = listing;
    this.queue = queue;
    this.pages = pages;
    this.log = log;
    this.known = known;
    this.counters = counters;
  }

  /** Works until the queue is empty. */
  void run(FileReader reader, PackStream packs) {
    for (int[] files = queue.next(); files.length > 0; files = queue.next()) {
      if (files.length == 1 && listing.size(files[0]) > BUFFER_BYTES) {
        copyLarge(listing.file(files[0]), reader, packs);
      } else {
        copyTogether(files, reader, packs);
      }
    }
    packs.finish();
  }

  /** Files that fit into the buffer together, with one question to the server. */
  private void copyTogether(int[] numbers, FileReader reader, PackStream packs) {
    counters.demandGoingOn();
    List<Listing.Listed> files = new ArrayList<>(numbers.length);
    List<Piece> pieces = new ArrayList<>(numbers.length);
    for (int number : numbers) {
      Listing.Listed file = listing.file(number);
      files.add(file);
      pieces.add(new Piece(file.path(), 0, (int) file.size()));
    }
    int[] got = reader.read(pieces, buffer.clear());
    int at = 0;
    for (int i = 0; i < got.length; i++) {
      Listing.Listed file = files.get(i);
      counters.done(file.size());
      if (got[i] == FileReader.MISSING) {
        counters.vanished();
        continue;
      }
      counters.read(got[i]);
      buffer.limit(at + got[i]).position(at);
      verify(file.path(), 0, reader);
      CRC32C crc = new CRC32C();
      crc.update(buffer.duplicate());
      if (!known.enter(file, got[i], (int) crc.getValue())) {
        packs.beginFile();
        packs.write(buffer);
        record(file, got[i], crc, packs);
      }
      at += got[i];
    }
  }

  private void copyLarge(Listing.Listed file, FileReader reader, PackStream packs) {
    CRC32C crc = new CRC32C();
    packs.beginFile();
    long offset = 0;
    while (offset < file.size()) {
      counters.demandGoingOn();
      int wanted = (int) Math.min(BUFFER_BYTES, file.size() - offset);
      Piece piece = new Piece(file.path(), offset, wanted);
      int got = reader.read(List.of(piece), buffer.clear())[0];
      if (got == FileReader.MISSING) {
        // What was stored of it stays in the pack, and no manifest refers to it.
        counters.vanished();
        counters.done(file.size() - offset);
        return;
      }
      buffer.flip();
      verify(file.path(), offset, reader);
      counters.read(got);
      crc.update(buffer.duplicate());
      packs.write(buffer);
      offset += got;
      counters.done(got);
      if (got < wanted) {
        counters.done(file.size() - offset);
        break;
      }
    }
    record(file, offset, crc, packs);
  }

  private void verify(String path, long offset, FileReader reader) {
    if (pages.isPresent()) {
      Optional<RelationPath> relation = RelationPath.parse(path);
      relation.ifPresent(file -> pages.get().verify(file, path, offset, buffer, reader));
    }
  }

  private void record(Listing.Listed file, long size, CRC32C crc, PackStream packs) {
    log.file(
        file,
        new FileEntry(
            file.path(),
            FileEntry.Origin.DATA,
            size,
            file.mode(),
            file.modified(),
            (int) crc.getValue(),
            packs.endFile()));
  }
}
