package io.mockupaws.it.support;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What lies in a folder at a moment: every file with its size and time of change. Two listings are
 * equal when nothing was added, removed or written in between.
 */
public record Listing(Map<String, String> files) {

  /** Of a repository on a directory, or of the directory behind a bucket. */
  public static Listing of(Path folder) {
    Map<String, String> files = new TreeMap<>();
    Tree.of(folder)
        .forEach(
            (path, attributes) -> {
              if (attributes.isRegularFile()) {
                files.put(
                    folder.relativize(path).toString(),
                    attributes.size() + " bytes, " + attributes.lastModifiedTime());
              }
            });
    return new Listing(files);
  }

  /** The paths that contain this text. */
  public List<String> paths(String part) {
    return files.keySet().stream().filter(path -> path.contains(part)).toList();
  }

  /** What was added, removed or written since, one line each. */
  public List<String> differencesOf(Listing later) {
    return Differences.between(files, later.files);
  }
}
