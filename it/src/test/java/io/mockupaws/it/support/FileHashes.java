package io.mockupaws.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The content of every file of a folder, its time of change too: equal means untouched. */
public record FileHashes(Map<String, String> byPath) {

  public static FileHashes of(Path folder) {
    Map<String, String> hashes = new TreeMap<>();
    for (Path file : Tree.files(folder)) {
      try {
        hashes.put(
            folder.relativize(file).toString(),
            hash(Files.readAllBytes(file)) + " " + Files.getLastModifiedTime(file));
      } catch (NoSuchFileException e) {
        // gone since it was listed
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return new FileHashes(hashes);
  }

  private static String hash(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What has changed since, one line each. */
  public List<String> differencesOf(FileHashes later) {
    return Differences.between(byPath, later.byPath);
  }
}
