package io.mockupaws.it.support;

import io.mockupaws.core.pg.PageFinding;
import io.mockupaws.core.pg.RelationPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Every page of a data directory's relations, checked by our own reading of the page's layout. */
public final class PageCheck {

  private static final int PAGE = 8192;
  private static final int PAGES_PER_FILE = 131_072;

  private PageCheck() {}

  /** Path and block of each page that is not as it should be. */
  public static List<String> damaged(Path dataDirectory) {
    List<String> damaged = new ArrayList<>();
    try (Stream<Path> files = Files.walk(dataDirectory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String path = dataDirectory.relativize(file).toString();
        Optional<RelationPath> relation = RelationPath.parse(path);
        if (relation.isPresent()) {
          check(file, path, relation.get().firstBlock(PAGES_PER_FILE), damaged);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return damaged;
  }

  private static void check(Path file, String path, long firstBlock, List<String> damaged)
      throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      long block = firstBlock;
      for (byte[] page = in.readNBytes(PAGE); page.length > 0; page = in.readNBytes(PAGE)) {
        if (page.length < PAGE
            || !PageFinding.of(ByteBuffer.wrap(page), 0, PAGE, block, true).isFine()) {
          damaged.add(path + " block " + block);
        }
        block++;
      }
    }
  }
}
