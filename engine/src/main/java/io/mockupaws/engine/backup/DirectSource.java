package io.mockupaws.engine.backup;

import static java.util.Objects.requireNonNull;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;

/**
 * The cluster's files in this host's file system. Links are followed, as the server follows them,
 * so that both sources list the same.
 */
final class DirectSource implements FileSource {
  private static final int PERMISSIONS = 0777;
  private static final String ATTRIBUTES =
      "unix:isDirectory,isRegularFile,mode,size,lastModifiedTime,ctime";

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
      Map<String, Object> attributes = Files.readAttributes(entry, ATTRIBUTES);
      int mode = value(attributes, "mode", Integer.class) & PERMISSIONS;
      if (value(attributes, "isDirectory", Boolean.class)) {
        return listing.addDirectory(path, mode);
      }
      if (value(attributes, "isRegularFile", Boolean.class)) {
        listing.addFile(
            path,
            value(attributes, "size", Long.class),
            value(attributes, "lastModifiedTime", FileTime.class).toInstant(),
            value(attributes, "ctime", FileTime.class).toInstant(),
            mode);
      }
      return false;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static <T> T value(Map<String, Object> attributes, String name, Class<T> type) {
    return type.cast(requireNonNull(attributes.get(name), name));
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
