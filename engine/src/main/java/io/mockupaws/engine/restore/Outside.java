package io.mockupaws.engine.restore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Directories outside of the target that the operator named; links in the target lead to them.
 *
 * @param tablespaces by OID
 * @param wal for {@code pg_wal}
 */
public record Outside(Map<Long, Path> tablespaces, Optional<Path> wal) {
  public Outside {
    tablespaces = Map.copyOf(tablespaces);
  }

  static Outside none() {
    return new Outside(Map.of(), Optional.empty());
  }

  boolean has(long tablespace) {
    return tablespaces.containsKey(tablespace);
  }

  /** The links, by their place, with the directory that each leads to. */
  Map<Path, Path> links(Path target) {
    Map<Path, Path> links = new HashMap<>();
    tablespaces.forEach(
        (oid, directory) ->
            links.put(target.resolve("pg_tblspc").resolve(Long.toString(oid)), directory));
    wal.ifPresent(directory -> links.put(target.resolve(TargetTree.WAL), directory));
    return links;
  }

  /** Those links that are there already: what they lead to belongs to the target. */
  Set<Path> followed(Path target) {
    Set<Path> followed = new HashSet<>();
    links(target)
        .forEach(
            (link, directory) -> {
              if (leadsTo(link, directory)) {
                followed.add(link);
              }
            });
    return followed;
  }

  static boolean leadsTo(Path link, Path directory) {
    try {
      return Files.isSymbolicLink(link)
          && Files.isDirectory(directory)
          && link.toRealPath().equals(directory.toRealPath());
    } catch (IOException e) {
      return false;
    }
  }

  /** Makes the directories and the links that are not there yet. */
  void make(Path target, Owner owner) throws IOException {
    for (Map.Entry<Path, Path> link : links(target).entrySet()) {
      Path directory = link.getValue();
      Files.createDirectories(LocalFiles.parent(directory));
      if (!Files.isDirectory(directory)) {
        Files.createDirectory(directory);
        LocalFiles.syncDirectory(LocalFiles.parent(directory));
      }
      LocalFiles.setMode(directory, LocalFiles.mode(target));
      owner.give(directory);
      LocalFiles.makeDirectories(target, LocalFiles.parent(link.getKey()), owner);
      if (!Files.exists(link.getKey(), LinkOption.NOFOLLOW_LINKS)) {
        Files.createSymbolicLink(link.getKey(), directory);
        owner.give(link.getKey());
      }
    }
  }
}
