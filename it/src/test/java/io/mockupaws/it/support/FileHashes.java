package io.mockupaws.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The content of every file of a folder, its time of change too: equal means untouched. */
public record FileHashes(Map<String, String> byPath) {

  public static FileHashes of(Path folder) {
    Map<String, String> hashes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        hashes.put(
            folder.relativize(file).toString(),
            HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)))
                + " "
                + Files.getLastModifiedTime(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    return new FileHashes(hashes);
  }

  /** What has changed since, one line each. */
  public List<String> differencesOf(FileHashes later) {
    return Differences.between(byPath, later.byPath);
  }
}
