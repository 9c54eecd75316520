package io.mockupaws.it.support;

import io.mockupaws.core.pg.Fork;
import io.mockupaws.core.pg.RelationPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Holds two data directories that were recovered to one position against each other, relation by
 * relation and page by page. What PostgreSQL itself masks when it compares pages is no difference
 * (src/backend/access/common/bufmask.c, {@code heap_mask} and its like): positions and checksums,
 * hints, unused space. Free space maps, and empty pages at a file's end, do not count; nor whether
 * a page of a visibility map without any bit was never written, or has a header ({@code
 * vm_readbuffer} makes one without WAL). The maps of relations' files have to be the same.
 */
public final class PagesAlike {
  private static final int PAGE = 8192;
  private static final int HEADER = 24;
  private static final int FLAGS = 10;
  private static final int LOWER = 12;
  private static final int UPPER = 14;
  private static final int SPECIAL = 16;
  private static final int PRUNE = 20;

  /** Where the files of some catalogues are ({@code src/backend/utils/cache/relmapper.c}). */
  private static final String MAP = "pg_filenode.map";

  /** {@code PD_HAS_FREE_LINES}, {@code PD_PAGE_FULL}. */
  private static final int HINT_FLAGS = 0x03;

  /** {@code HEAP_XMIN_COMMITTED} to {@code HEAP_XMAX_INVALID}. */
  private static final int TUPLE_HINTS = 0x0F00;

  /** {@code HEAP_COMBOCID}: how the command's number is kept, which replay does not. */
  private static final int COMBO_COMMAND = 0x20;

  private static final int BTP_DELETED = 1 << 2;
  private static final int GIN_DELETED = 1 << 2;

  /** Of the page that remembers where there was room: written without WAL. */
  private static final int SPGIST_META = 1;

  /** A sequence is logged 32 values ahead; where it stands is a matter of {@link Contents}. */
  private static final int SEQUENCE_MAGIC = 0x1717;

  private static final int TUPLE_INFOMASK = 20;
  private static final int TUPLE_COMMAND = 8;

  private PagesAlike() {}

  /**
   * Path and block of each page that differs.
   *
   * @param emptied files of visibility maps that may be empty in either directory: those of a
   *     database that was created by copying through WAL, where the map's bits lie in what a page
   *     image leaves out as its hole
   * @param thinned those that may lack bits: bits were set on what such a copy left empty
   */
  public static List<String> differences(
      Path first, Path second, Predicate<String> emptied, Predicate<String> thinned) {
    Map<String, Path> ours = relations(first);
    Map<String, Path> theirs = relations(second);
    TreeSet<String> paths = new TreeSet<>(ours.keySet());
    paths.addAll(theirs.keySet());
    List<String> differences = new ArrayList<>();
    for (String path : paths) {
      byte[] one = ours.containsKey(path) ? bytes(ours.get(path)) : new byte[0];
      byte[] other = theirs.containsKey(path) ? bytes(theirs.get(path)) : new byte[0];
      int length = Math.max(one.length, other.length);
      for (int at = 0; at < length; at += PAGE) {
        byte[] left = masked(one, at, path);
        byte[] right = masked(other, at, path);
        int place = Arrays.mismatch(left, right);
        boolean isEmptied =
            path.endsWith("_vm")
                && (emptied.test(path)
                    ? isEmpty(left) || isEmpty(right)
                    : isEmpty(left) && isEmpty(right));
        boolean isThinned =
            path.endsWith("_vm")
                && thinned.test(path)
                && (isWithin(left, right) || isWithin(right, left));
        if (place >= 0 && !isEmptied && !isThinned) {
          differences.add(
              path
                  + " block "
                  + at / PAGE
                  + " byte "
                  + place
                  + ": "
                  + hex(left, place)
                  + " is "
                  + hex(right, place));
        }
      }
    }
    return differences;
  }

  /** Whether each bit of one page is set in the other, too. */
  private static boolean isWithin(byte[] page, byte[] other) {
    for (int at = HEADER; at < PAGE; at++) {
      if ((page[at] & ~other[at]) != 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isEmpty(byte[] page) {
    for (int at = HEADER; at < PAGE; at++) {
      if (page[at] != 0) {
        return false;
      }
    }
    return true;
  }

  private static String hex(byte[] page, int place) {
    return HexFormat.of().formatHex(page, place, Math.min(PAGE, place + 16));
  }

  /** How many pages there are to compare. */
  public static long pages(Path directory) {
    return relations(directory).values().stream()
        .mapToLong(file -> bytes(file).length / PAGE)
        .sum();
  }

  private static Map<String, Path> relations(Path directory) {
    Map<String, Path> relations = new TreeMap<>();
    for (String folder : List.of("base", "global", "pg_tblspc")) {
      try (Stream<Path> files =
          Files.walk(directory.resolve(folder), FileVisitOption.FOLLOW_LINKS)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          String path = directory.relativize(file).toString();
          if (path.endsWith(MAP)
              || RelationPath.parse(path)
                  .filter(relation -> relation.fork() != Fork.FREE_SPACE && !relation.isTemporary())
                  .isPresent()) {
            relations.put(path, file);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return relations;
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] masked(byte[] file, int at, String path) {
    if (at >= file.length) {
      return new byte[PAGE];
    }
    byte[] page = Arrays.copyOfRange(file, at, at + PAGE);
    ByteBuffer view = ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN);
    int lower = view.getShort(LOWER) & 0xFFFF;
    int upper = view.getShort(UPPER) & 0xFFFF;
    int special = view.getShort(SPECIAL) & 0xFFFF;
    if (upper == 0 || path.endsWith(MAP)) {
      return page;
    }
    Arrays.fill(page, 0, FLAGS, (byte) 0);
    page[FLAGS] &= (byte) ~HINT_FLAGS;
    view.putInt(PRUNE, 0);
    if (path.contains("_vm")) {
      return page;
    }
    if (lower >= HEADER && lower <= upper && upper <= special && special <= PAGE) {
      Arrays.fill(page, lower, upper, (byte) 0);
      if (special == PAGE) {
        heap(view, lower);
      } else {
        index(view, lower, special);
      }
    }
    return page;
  }

  private static void heap(ByteBuffer page, int lower) {
    for (int pointer = HEADER; pointer < lower; pointer += Integer.BYTES) {
      int word = page.getInt(pointer);
      int offset = word & 0x7FFF;
      int length = word >>> 17;
      boolean normal = (word >>> 15 & 3) == 1;
      if (normal && offset + length <= PAGE) {
        int infomask = offset + TUPLE_INFOMASK;
        int hints = TUPLE_HINTS | COMBO_COMMAND;
        page.putShort(infomask, (short) (page.getShort(infomask) & ~hints));
        page.putInt(offset + TUPLE_COMMAND, 0);
        for (int padding = offset + length; padding < PAGE && padding % 8 != 0; padding++) {
          page.put(padding, (byte) 0);
        }
      }
    }
  }

  /** Pointers that a scan marked as dead; what pages of each kind say without WAL. */
  private static void index(ByteBuffer page, int lower, int special) {
    for (int pointer = HEADER; pointer + Integer.BYTES <= lower; pointer += Integer.BYTES) {
      int word = page.getInt(pointer);
      if ((word >>> 15 & 3) == 3) {
        page.putInt(pointer, (word & ~(3 << 15)) | (1 << 15));
      }
    }
    int last = page.getShort(PAGE - Short.BYTES) & 0xFFFF;
    if (PAGE - special == 16) {
      int flags = page.getShort(special + 12) & 0xFFFF;
      boolean isBtree = last <= 0xFF7F;
      if (isBtree && (flags & BTP_DELETED) != 0) {
        clear(page);
      } else {
        page.putShort(special + 12, (short) (flags & ~0xD0));
      }
    } else if (PAGE - special == 8) {
      boolean isSpgist = last == 0xFF82;
      boolean isSequence = page.getInt(special) == SEQUENCE_MAGIC;
      boolean isDeletedGin = !isSpgist && (last & GIN_DELETED) != 0;
      boolean isSpgistMeta = isSpgist && (page.getShort(special) & SPGIST_META) != 0;
      if (isSequence || isDeletedGin || isSpgistMeta) {
        clear(page);
      }
    }
  }

  private static void clear(ByteBuffer page) {
    page.putInt(LOWER, 0);
    for (int at = HEADER; at < PAGE; at++) {
      page.put(at, (byte) 0);
    }
  }
}
