package io.mockupaws.core.format;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Many paths, one behind the other. A directory is kept once, so a file of a database costs its
 * name and eight bytes. Filled by one thread, then read by many.
 */
public final class PathColumn {
  private static final int PIECE = 1 << 20;

  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<byte[]> directories = new ArrayList<>();
  private final IntColumn directory = new IntColumn();
  private final IntColumn ends = new IntColumn();
  private final List<byte[]> names = new ArrayList<>();
  private String lastDirectory = "";
  private int lastNumber = -1;
  private int end;

  /** Adds a path; parts are joined by {@code /}. */
  public void add(String path) {
    int name = path.lastIndexOf('/') + 1;
    if (lastNumber < 0 || lastDirectory.length() != name || !path.startsWith(lastDirectory)) {
      lastDirectory = path.substring(0, name);
      lastNumber = numbers.computeIfAbsent(lastDirectory, this::addDirectory);
    }
    directory.add(lastNumber);
    for (byte letter : path.substring(name).getBytes(StandardCharsets.UTF_8)) {
      append(letter);
    }
    ends.add(end);
  }

  private int addDirectory(String path) {
    directories.add(path.getBytes(StandardCharsets.UTF_8));
    return directories.size() - 1;
  }

  private void append(byte letter) {
    if (end / PIECE == names.size()) {
      names.add(new byte[PIECE]);
    }
    names.get(end / PIECE)[end % PIECE] = letter;
    end = Math.incrementExact(end);
  }

  public String get(int index) {
    byte[] first = directories.get(directory.get(index));
    int from = index == 0 ? 0 : ends.get(index - 1);
    int length = ends.get(index) - from;
    byte[] path = new byte[first.length + length];
    System.arraycopy(first, 0, path, 0, first.length);
    for (int i = 0; i < length; i++) {
      path[first.length + i] = names.get((from + i) / PIECE)[(from + i) % PIECE];
    }
    return new String(path, StandardCharsets.UTF_8);
  }

  public int count() {
    return ends.count();
  }
}
