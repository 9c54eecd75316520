package io.mockupaws.engine.backup;

import io.mockupaws.core.format.FileEntry;
import io.mockupaws.core.format.ManifestLog;
import io.mockupaws.core.format.Run;
import io.mockupaws.core.pg.RelationPath;
import io.mockupaws.engine.repository.PackSet;
import io.mockupaws.engine.repository.PackStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One worker: reads the changed parts of files, verifies their pages, lays them into packs, and
 * enters each file with what an earlier backup has of it. Runs in a thread of its own.
 */
final class PartCopy {
  /** Pieces of files that are asked for at once. */
  private static final int MOST_PIECES = 256;

  private static final int FILES_AT_ONCE = 16;

  private final Listing listing;
  private final PartPlan plan;
  private final Reuse reuse;
  private final PackSet packs;
  private final Optional<PageCheck> pages;
  private final ManifestLog log;
  private final Counters counters;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(ClusterCopy.BUFFER_BYTES);
  private final List<Asked> asked = new ArrayList<>();
  private int askedBytes;

  PartCopy(
      Listing listing,
      PartPlan plan,
      Reuse reuse,
      PackSet packs,
      Optional<PageCheck> pages,
      ManifestLog log,
      Counters counters) {
    this.listing = listing;
    this.plan = plan;
    this.reuse = reuse;
    this.packs = packs;
    this.pages = pages;
    this.log = log;
    this.counters = counters;
  }

  /** A file under way. */
  private static final class Open {
    private final Listing.Listed listed;
    private final Parts parts;

    /** Where it ends: it may be cut off while it is read. */
    private long end;

    private boolean gone;

    Open(Listing.Listed listed, Parts parts) {
      this.listed = listed;
      this.parts = parts;
      this.end = listed.size();
    }
  }

  private record Asked(Open file, Piece piece, boolean first, boolean last) {}

  /** Works until every changed file was handed out; the stream is left open. */
  void run(FileReader reader, PackStream stream) {
    for (int[] files = plan.next(FILES_AT_ONCE);
        files.length > 0;
        files = plan.next(FILES_AT_ONCE)) {
      for (int file : files) {
        ask(file, reader, stream);
      }
    }
    flush(reader, stream);
  }

  private void ask(int number, FileReader reader, PackStream stream) {
    Listing.Listed listed = listing.file(number);
    Parts parts = reuse.parts(listed.path(), listed.size()).orElseThrow();
    Open file = new Open(listed, parts);
    boolean first = true;
    for (Parts.Part part : parts.all()) {
      long at = part.offset();
      while (at < part.end()) {
        if (asked.size() == MOST_PIECES || askedBytes == buffer.capacity()) {
          flush(reader, stream);
        }
        int length = (int) Math.min(buffer.capacity() - askedBytes, part.end() - at);
        boolean last = part.equals(parts.all().getLast()) && at + length == part.end();
        asked.add(new Asked(file, new Piece(listed.path(), at, length), first, last));
        askedBytes += length;
        at += length;
        first = false;
      }
    }
  }

  private void flush(FileReader reader, PackStream stream) {
    counters.demandGoingOn();
    if (asked.isEmpty()) {
      return;
    }
    int[] got = reader.read(asked.stream().map(Asked::piece).toList(), buffer.clear());
    int at = 0;
    for (int i = 0; i < got.length; i++) {
      int count = Math.max(0, got[i]);
      buffer.limit(at + count).position(at);
      take(asked.get(i), got[i], reader, stream);
      at += count;
    }
    asked.clear();
    askedBytes = 0;
  }

  private void take(Asked one, int got, FileReader reader, PackStream stream) {
    Open file = one.file();
    Piece piece = one.piece();
    if (one.first()) {
      stream.beginFile();
    }
    if (got == FileReader.MISSING) {
      file.gone = true;
    } else if (!file.gone && piece.offset() < file.end) {
      if (got < piece.length()) {
        file.end = piece.offset() + got;
      }
      verify(piece, reader);
      stream.skipTo(piece.offset());
      stream.write(buffer);
    }
    counters.done(piece.length());
    counters.read(Math.max(0, got));
    if (one.last()) {
      finish(file, stream.endFile());
    }
  }

  private void verify(Piece piece, FileReader reader) {
    if (pages.isPresent()) {
      RelationPath relation = RelationPath.parse(piece.path()).orElseThrow();
      pages.get().verify(relation, piece.path(), piece.offset(), buffer, reader);
    }
  }

  private void finish(Open file, List<Run> fresh) {
    if (file.gone) {
      counters.vanished();
    } else {
      log.add(entry(file.listed, file.parts, fresh, file.end));
    }
  }

  /** A file of which parts were read, or nothing: what is left comes from the earlier backup. */
  private FileEntry entry(Listing.Listed listed, Parts parts, List<Run> fresh, long size) {
    return entry(reuse, packs, listed, parts, fresh, size);
  }

  /** A file of which nothing changed. */
  static FileEntry unchanged(Reuse reuse, PackSet packs, Listing.Listed listed, Parts parts) {
    return entry(reuse, packs, listed, parts, List.of(), listed.size());
  }

  private static FileEntry entry(
      Reuse reuse, PackSet packs, Listing.Listed listed, Parts parts, List<Run> fresh, long size) {
    BaseFiles files = reuse.base().files();
    boolean whole = fresh.isEmpty() && size == files.size(parts.baseFile());
    return new FileEntry(
        listed.path(),
        FileEntry.Origin.DATA,
        size,
        listed.mode(),
        listed.modified(),
        whole ? files.crc32c(parts.baseFile()) : OptionalInt.empty(),
        reuse.runs(parts.baseFile(), fresh, size, packs));
  }
}
