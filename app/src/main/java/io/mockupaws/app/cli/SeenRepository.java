package io.mockupaws.app.cli;

import io.mockupaws.app.config.RepositoryConfig;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreAddress;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * Keeps in the spool where this host has stored something: an empty directory there is a disk that
 * is not mounted, and no place for a new repository.
 */
final class SeenRepository {
  private static final String SUFFIX = ".stores";

  private final Path spool;
  private final List<String> places;

  SeenRepository(RepositoryConfig config) {
    this.spool = config.spool();
    this.places = config.stores().stream().map(StoreAddress::text).toList();
  }

  /** Never in the way: a host that cannot keep it in mind goes on without. */
  void remember(String id) {
    Path mark = spool.resolve(id + SUFFIX);
    try {
      if (Files.exists(mark) && Files.readAllLines(mark).equals(places)) {
        return;
      }
      if (!Files.isDirectory(spool)) {
        return; // whose it would be is for the stream to say
      }
      Path fresh = spool.resolve(id + SUFFIX + ".new");
      Files.write(fresh, places);
      Files.move(fresh, mark, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      // The next run tries again.
    }
  }

  /**
   * Refuses where a repository was seen and none is.
   *
   * @param store the places, opened without making anything
   * @throws Failure NO_REPOSITORY
   */
  void demandThere(Store store) {
    Optional<Path> mark = mark();
    if (mark.isPresent() && !Repository.exists(store)) {
      throw new Failure(
          ErrorCode.NO_REPOSITORY,
          "there is no repository at "
              + store.address()
              + ", where this host has stored backups: no new one is made in its place",
          "see whether its disk is mounted there; where it was removed on purpose, remove "
              + mark.get()
              + " too, and run mockupaws init");
    }
  }

  private boolean names(Path mark) {
    try {
      return Files.readAllLines(mark).stream().anyMatch(places::contains);
    } catch (IOException e) {
      return false; // another user's
    }
  }

  private Optional<Path> mark() {
    if (!Files.isDirectory(spool)) {
      return Optional.empty();
    }
    try (DirectoryStream<Path> marks = Files.newDirectoryStream(spool, "*" + SUFFIX)) {
      for (Path mark : marks) {
        if (names(mark)) {
          return Optional.of(mark);
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // another user's spool
    }
  }
}
