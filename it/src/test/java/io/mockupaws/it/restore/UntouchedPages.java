package io.mockupaws.it.restore;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.it.support.Tree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * The pages of a server's relations that no WAL has touched since, as they say themselves ({@code
 * pd_lsn}, {@code src/include/storage/bufpage.h}); free space maps apart, which WAL does not name.
 */
final class UntouchedPages {
  private static final int PAGE = 8192;
  private static final String RELATION = "\\d+(_vm)?(\\.\\d+)?";

  private final EmbeddedPostgres live;
  private final Set<Path> files = new HashSet<>();

  /**
   * Only of relations that are there when this is made: later ones were not there to be touched.
   */
  UntouchedPages(EmbeddedPostgres live) {
    this.live = live;
    Tree.files(live.dataDirectory().resolve("base")).stream()
        .filter(file -> file.getFileName().toString().matches(RELATION))
        .forEach(files::add);
  }

  /** How many bytes of pages were last written before a position; a page of zeros is none. */
  long bytesFromBefore(Lsn position) {
    live.run("CHECKPOINT");
    return files.stream().mapToLong(file -> bytesFromBefore(file, position)).sum();
  }

  private static long bytesFromBefore(Path file, Lsn position) {
    try {
      ByteBuffer pages = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.nativeOrder());
      long bytes = 0;
      for (int at = 0; at + PAGE <= pages.limit(); at += PAGE) {
        long lsn = ((long) pages.getInt(at) << 32) | Integer.toUnsignedLong(pages.getInt(at + 4));
        bytes += lsn != 0 && new Lsn(lsn).isBefore(position) ? PAGE : 0;
      }
      return bytes;
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
