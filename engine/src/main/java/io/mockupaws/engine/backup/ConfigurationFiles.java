package io.mockupaws.engine.backup;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.ServerFacts;
import io.mockupaws.engine.cluster.ServerRights;
import io.mockupaws.engine.cluster.ServerSession;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The text of a cluster's configuration: the main files, what they include, what {@code ALTER
 * SYSTEM} wrote, and on Debian what its tools keep beside; no certificates and no keys.
 */
public final class ConfigurationFiles {
  private ConfigurationFiles() {}

  /**
   * A file.
   *
   * @param path absolute, on the server's host
   * @param text each byte one character (Latin-1), so that bytes of any encoding come through
   * @param mode its permission bits; 0600 where the server read it for us, which tells none
   */
  public record File(String path, String text, int mode) {
    public byte[] bytes() {
      return text.getBytes(StandardCharsets.ISO_8859_1);
    }
  }

  /** A file that the configuration names and that could not be had. */
  public record Lack(String path, String why) {}

  /** What was read, each by path. */
  public record Read(List<File> files, List<Lack> lacking, ReadMode mode) {
    public Read {
      files = List.copyOf(files);
      lacking = List.copyOf(lacking);
    }
  }

  /** Reads them: from this host where it is the server's, else through the server. */
  public static Read of(ServerSession session, ServerFacts facts) {
    boolean sameHost = isSameHost(session, facts);
    ExternalFiles.External found =
        ExternalFiles.text(
            ConfigurationPlaces.of(facts),
            new ServerConfiguration(session, ServerRights.read(session), sameHost));
    List<File> files = new ArrayList<>();
    found
        .files()
        .forEach((path, file) -> files.add(new File(path, text(file.content()), file.mode())));
    files.sort(java.util.Comparator.comparing(File::path));
    List<Lack> lacking = new ArrayList<>();
    found.lacking().forEach((path, why) -> lacking.add(new Lack(path, why)));
    lacking.sort(java.util.Comparator.comparing(Lack::path));
    return new Read(files, lacking, sameHost ? ReadMode.DIRECT : ReadMode.SQL);
  }

  private static boolean isSameHost(ServerSession session, ServerFacts facts) {
    SqlSource sql = new SqlSource(session, facts);
    try (FileReader server = sql.reader()) {
      return DirectAccess.obstacle(facts, server).isEmpty();
    } catch (Failure e) {
      if (e.code() == ErrorCode.SERVER_RIGHTS) {
        return false; // whether it is ours cannot be told; what may be read is seen file by file
      }
      throw e;
    } finally {
      sql.close();
    }
  }

  /**
   * The paths of all files of this host that would be in effect once some files are in their
   * places.
   *
   * @param first what those files would hold, by absolute path
   */
  public static List<String> inEffect(ConfigurationPlaces places, Map<String, File> first) {
    return ExternalFiles.text(places, new Overlay(first)).files().keySet().stream()
        .sorted()
        .toList();
  }

  private static String text(byte[] content) {
    return new String(content, StandardCharsets.ISO_8859_1);
  }

  /** Files to come, and behind them this host's. */
  private record Overlay(Map<String, File> first) implements ConfigurationAccess {
    @Override
    public Answer read(String path) {
      File file = first.get(path);
      if (file != null) {
        return new Found(file.bytes(), file.mode());
      }
      Path local = Path.of(path);
      try {
        return Files.isRegularFile(local)
            ? new Found(Files.readAllBytes(local), 0600)
            : new Missing();
      } catch (IOException e) {
        return new Refused(e.getClass().getSimpleName());
      }
    }

    @Override
    public Answer list(String directory) {
      TreeSet<String> names = new TreeSet<>();
      String prefix = directory + "/";
      first.keySet().stream()
          .filter(path -> path.startsWith(prefix) && path.indexOf('/', prefix.length()) < 0)
          .forEach(path -> names.add(path.substring(prefix.length())));
      Path local = Path.of(directory);
      if (Files.isDirectory(local)) {
        try (Stream<Path> entries = Files.list(local)) {
          entries.forEach(entry -> names.add(entry.getFileName().toString()));
        } catch (IOException e) {
          return new Refused(e.getClass().getSimpleName());
        }
      }
      return new Listed(List.copyOf(names));
    }
  }
}
