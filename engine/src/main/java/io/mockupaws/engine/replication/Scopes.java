package io.mockupaws.engine.replication;

import io.mockupaws.core.format.Dumps;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.ListPage;
import io.mockupaws.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The parts of a repository in the order in which they are brought over: the key slots and then the
 * mark, so that what is marked can be opened; histories, holes, seams and names before the WAL,
 * segments before the pieces they take the place of; packs before the manifests that name them;
 * dumps, which no other object names, at the end. What this release does not know comes in the
 * middle. Leases are words of the moment and stay where they are.
 */
final class Scopes {
  private static final String CLUSTERS = "clusters/";
  private static final List<String> FIRST =
      List.of("cluster", "history/", "holes/", "seams/", "catalogue/");
  private static final List<String> LAST =
      List.of("wal/", "summaries/", "tail/", "heard/", "packs/", "backups/");
  private static final List<String> JOURNAL =
      List.of(
          "history/", "holes/", "seams/", "catalogue/", "wal/", "summaries/", "tail/", "heard/");
  private static final Set<String> NEVER = Set.of("lease/");

  private final Store store;

  Scopes(Store store) {
    this.store = store;
  }

  /** Prefixes of keys. */
  List<String> opening() {
    List<String> prefixes = new ArrayList<>(List.of("keys/", "repository"));
    clusters().forEach(cluster -> prefixes.add(cluster + "cluster"));
    return prefixes;
  }

  List<String> journal(String cluster) {
    return JOURNAL.stream().map(part -> cluster + part).toList();
  }

  List<String> all() {
    List<String> prefixes = opening();
    for (String cluster : clusters()) {
      List<String> there = folders(cluster);
      FIRST.stream().filter(there::contains).forEach(part -> prefixes.add(cluster + part));
      there.stream()
          .filter(part -> !FIRST.contains(part) && !LAST.contains(part) && !NEVER.contains(part))
          .forEach(part -> prefixes.add(cluster + part));
      LAST.stream().filter(there::contains).forEach(part -> prefixes.add(cluster + part));
    }
    // dumps before their sidecars, as their names sort
    prefixes.add(Dumps.FOLDER);
    folders(CLUSTERS).forEach(name -> prefixes.add(name + Dumps.FOLDER));
    return prefixes.stream().distinct().toList();
  }

  private List<String> clusters() {
    return folders(CLUSTERS).stream().map(name -> CLUSTERS + name).toList();
  }

  /** What lies directly below a prefix; folders end in a slash. */
  private List<String> folders(String prefix) {
    List<String> names = new ArrayList<>();
    String after = "";
    while (true) {
      ListPage page = store.list(prefix, after, 1);
      if (page.objects().isEmpty()) {
        return names;
      }
      String key = page.objects().getFirst().key().value();
      int slash = key.indexOf('/', prefix.length());
      names.add(
          slash < 0 ? key.substring(prefix.length()) : key.substring(prefix.length(), slash + 1));
      // '0' follows '/': the next listing begins behind everything of this folder
      after = slash < 0 ? key : key.substring(0, slash) + "0";
    }
  }

  /** The segment that takes a tail's piece's place once it is finished. */
  Optional<ObjectKey> finishedSegment(ObjectKey piece) {
    String[] parts = piece.value().split("/", -1);
    boolean isPiece = parts.length == 5 && parts[0].equals("clusters") && parts[2].equals("tail");
    return isPiece && parts[3].length() > 8
        ? Optional.of(
            ObjectKey.of(CLUSTERS + parts[1] + "/wal/" + parts[3].substring(0, 8) + "/" + parts[3]))
        : Optional.empty();
  }

  /** Whether a running stream deletes such objects. */
  boolean isShortLived(ObjectKey key) {
    return key.value().matches("clusters/[^/]+/(tail|heard)/.*");
  }
}
