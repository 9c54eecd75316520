package io.mockupaws.engine.restore;

import io.mockupaws.core.format.FileEntry;
import io.mockupaws.core.format.ManifestVisitor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** How the bytes of a restore are spread over its directories. */
record Spread(Path target, Outside outside) {
  private static final String TABLESPACES = "pg_tblspc/";

  /**
   * What goes where.
   *
   * @param all bytes that will be written, and bytes of the target that are removed before
   * @param walBytes how many of them are WAL
   * @param tablespaceBytes of the files of each tablespace, by its OID; asked only when a
   *     tablespace lies outside
   */
  List<Room.Need> needs(Room.Need all, long walBytes, Supplier<Map<Long, Long>> tablespaceBytes) {
    Map<Long, Long> sizes = outside.tablespaces().isEmpty() ? Map.of() : tablespaceBytes.get();
    Set<Path> followed = outside.followed(target);
    List<Room.Need> needs = new ArrayList<>();
    long inside = all.bytes();
    for (Map.Entry<Path, Path> link : outside.links(target).entrySet()) {
      Path place = link.getValue();
      boolean wal = outside.wal().filter(place::equals).isPresent();
      long bytes = wal ? walBytes : sizes.getOrDefault(oid(link.getKey()), 0L);
      long givenBack =
          followed.contains(link.getKey())
              ? new TargetTree(place, Outside.none()).all().bytes()
              : 0;
      needs.add(new Room.Need(place, bytes, givenBack));
      inside -= bytes;
    }
    needs.addFirst(new Room.Need(target, inside, all.givenBack()));
    return needs;
  }

  private static long oid(Path link) {
    return Long.parseLong(link.getFileName().toString());
  }

  /** Sums up the files of each tablespace. */
  static final class TablespaceBytes implements ManifestVisitor {
    private final Map<Long, Long> bytes = new HashMap<>();

    @Override
    public void file(FileEntry file) {
      String path = file.path();
      if (file.origin() == FileEntry.Origin.DATA && path.startsWith(TABLESPACES)) {
        int end = path.indexOf('/', TABLESPACES.length());
        String oid = end < 0 ? "" : path.substring(TABLESPACES.length(), end);
        if (oid.matches("[0-9]{1,10}")) {
          bytes.merge(Long.valueOf(oid), file.size(), Long::sum);
        }
      }
    }

    /** By the tablespace's OID. */
    Map<Long, Long> sums() {
      return Map.copyOf(bytes);
    }
  }
}
