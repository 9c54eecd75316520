package io.mockupaws.demo.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class UnpackedOnceTest {
  @TempDir private Path place;

  @Test
  void whoComesSecondTakesWhatTheFirstUnpacked() throws IOException {
    Path folder = place.resolve("binaries");
    UnpackedOnce.unpack(
        () -> {
          UnpackedOnce.unpack(() -> archive("first"), folder);
          return archive("second");
        },
        folder);
    assertThat(folder.resolve("bin/program")).hasContent("first");
    try (var left = Files.list(place)) {
      assertThat(left).containsExactly(folder);
    }
  }

  private static InputStream archive(String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(new XZOutputStream(packed, new LZMA2Options()))) {
      TarArchiveEntry entry = new TarArchiveEntry("bin/program");
      entry.setSize(bytes.length);
      tar.putArchiveEntry(entry);
      tar.write(bytes);
      tar.closeArchiveEntry();
    }
    return new ByteArrayInputStream(packed.toByteArray());
  }
}
