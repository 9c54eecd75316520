package io.mockupaws.engine.backup;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;

/**
 * The cluster's files in this host's file system. Links are followed, as the server follows them,
 * so that both sources list the same.
 */
final class DirectSource implements FileSource {
  private final Path dataDirectory;

  DirectSource(Path dataDirectory) {
    this.dataDirectory = dataDirectory;
  }

  @Override
  public ReadMode mode() {
    return ReadMode.DIRECT;
  }

  @Override
  public Listing list(Exclusions exclusions) {
    Listing listing = new Listing(exclusions);
    list(dataDirectory, "", listing);
    return listing.seal();
  }

  private static void list(Path directory, String prefix, Listing listing) {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        String path = prefix + entry.getFileName();
        if (add(entry, path, listing)) {
          list(entry, path + "/", listing);
        }
      }
    } catch (NoSuchFileException e) {
      // It vanished since its parent was listed, as directories of dropped databases do.
    } catch (DirectoryIteratorException e) {
      throw failure(directory, new IOException(e.getMessage(), e));
    } catch (IOException e) {
      throw failure(directory, e);
    }
  }

  /** Whether it is a directory whose entries are to be looked at. */
  private static boolean add(Path entry, String path, Listing listing) throws IOException {
    try {
      // Follows links, as stat does.
      PosixFileAttributes attributes = Files.readAttributes(entry, PosixFileAttributes.class);
      int mode = Permissions.bits(attributes.permissions());
      if (attributes.isDirectory()) {
        return listing.addDirectory(path, mode);
      }
      if (attributes.isRegularFile()) {
        listing.addFile(path, attributes.size(), attributes.lastModifiedTime().toInstant(), mode);
      }
      return false;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  @Override
  public FileReader reader() {
    return new DirectReader(dataDirectory);
  }

  static Failure failure(Path path, IOException cause) {
    return new Failure(
        ErrorCode.LOCAL_FILE,
        "cannot read " + path + ": " + cause.getMessage(),
        "run as the user who owns the data directory, or read over SQL",
        cause);
  }

  @Override
  public void close() {}
}
