package io.mockupaws.bench;

import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.wal.WalSink;
import io.mockupaws.core.wal.WalState;
import io.mockupaws.core.wal.WalWalk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Real WAL in memory, in pieces as a server sends them. */
@State(Scope.Thread)
public class LoadedWal {
  private static final int SEGMENT = 16 << 20;

  /** {@code MAX_SEND_SIZE} (src/backend/replication/walsender.c). */
  private static final int PIECE = 128 << 10;

  /** Which WAL: see {@link WalSamples}. */
  @Param({"pages", "short"})
  public String wal = "";

  /** Where the pieces lie. */
  @Param({"heap", "direct"})
  public String memory = "";

  private SegmentName first = SegmentName.parse("000000010000000000000001", SEGMENT).orElseThrow();
  private ByteBuffer[] pieces = {};

  @Setup
  public void load() throws IOException {
    Path folder = Path.of(System.getProperty("wal.samples", "bench/target/wal")).resolve(wal);
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> segments = files.sorted().toList();
      first =
          SegmentName.parse(segments.getFirst().getFileName().toString(), SEGMENT).orElseThrow();
      pieces = new ByteBuffer[segments.size() * (SEGMENT / PIECE)];
      int n = 0;
      for (Path segment : segments) {
        byte[] content = Files.readAllBytes(segment);
        for (int at = 0; at < SEGMENT; at += PIECE) {
          ByteBuffer piece =
              memory.equals("direct")
                  ? ByteBuffer.allocateDirect(PIECE)
                  : ByteBuffer.allocate(PIECE);
          pieces[n++] = piece.put(content, at, PIECE).flip();
        }
      }
    }
  }

  ByteBuffer[] pieces() {
    return pieces;
  }

  /** Walks over all of it and gives the position behind. */
  public long over(Read read, WalSink sink) {
    WalWalk walk = new WalWalk(SEGMENT, first.timeline(), first.start(), sink);
    for (ByteBuffer piece : pieces) {
      walk.feed(piece.rewind());
      read.bytes += PIECE;
    }
    if (!(walk.state() instanceof WalState.Reading)) {
      throw new IllegalStateException("the walk ended: " + walk.state());
    }
    return walk.position().value();
  }
}
