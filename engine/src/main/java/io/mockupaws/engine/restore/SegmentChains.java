package io.mockupaws.engine.restore;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Relations of more than one file. PostgreSQL takes the first file that is not full for the last
 * one ({@code mdnblocks}, {@code src/backend/storage/smgr/md.c}). While a backup reads, a relation
 * may be cut and grow again, so that a file was read short and one behind it still or again there:
 * those behind are not written. What they held since the backup's start is in the WAL; what they
 * held before must not come to light again once the file before them is full.
 */
final class SegmentChains {
  private static final Pattern LATER_FILE = Pattern.compile("(.*/[0-9]+(?:_[a-z]+)?)\\.([0-9]+)");

  private SegmentChains() {}

  /**
   * Leaves out the files behind a short one.
   *
   * @param fullSize bytes of a file that is followed by another
   * @return how many files that were
   */
  static int cut(FileTable files, long fullSize) {
    Map<String, NavigableMap<Integer, Integer>> chains = laterFiles(files);
    for (int file = 0; file < files.count(); file++) {
      NavigableMap<Integer, Integer> chain = chains.get(files.path(file));
      if (chain != null) {
        chain.put(0, file);
      }
    }
    return chains.values().stream().mapToInt(chain -> cut(files, chain, fullSize)).sum();
  }

  private static Map<String, NavigableMap<Integer, Integer>> laterFiles(FileTable files) {
    Map<String, NavigableMap<Integer, Integer>> chains = new HashMap<>();
    for (int file = 0; file < files.count(); file++) {
      String path = files.path(file);
      boolean perhaps =
          path.startsWith("base/") || path.startsWith("global/") || path.startsWith("pg_tblspc/");
      if (perhaps && path.lastIndexOf('.') > path.lastIndexOf('/')) {
        Matcher later = LATER_FILE.matcher(path);
        if (later.matches()) {
          chains
              .computeIfAbsent(later.group(1), _ -> new TreeMap<>())
              .put(Integer.parseInt(later.group(2)), file);
        }
      }
    }
    return chains;
  }

  private static int cut(FileTable files, NavigableMap<Integer, Integer> chain, long fullSize) {
    int next = 0;
    int cut = 0;
    boolean ended = false;
    for (Map.Entry<Integer, Integer> link : chain.entrySet()) {
      ended |= link.getKey() != next++;
      if (ended) {
        files.leaveOut(link.getValue());
        cut++;
      }
      ended |= files.size(link.getValue()) < fullSize;
    }
    return cut;
  }
}
