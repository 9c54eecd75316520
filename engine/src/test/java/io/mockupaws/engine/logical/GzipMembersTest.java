package io.mockupaws.engine.logical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What several cores compress is one gzip file, whole and in its order. */
class GzipMembersTest {
  private static final DumpBytes PLACE = new DumpBytes.InFile(Path.of("/dump.enc"));

  @TempDir private Path folder;

  private static byte[] content(int length) {
    byte[] content = new byte[length];
    Random random = new Random(length);
    for (int i = 0; i < length; i++) {
      content[i] = (byte) random.nextInt(1 + i % 97);
    }
    return content;
  }

  private static byte[] compressed(byte[] content, int cores) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GzipMembers members = new GzipMembers(cores, out::writeBytes, () -> false)) {
      for (int at = 0; at < content.length; at += 300_007) {
        members.write(content, at, Math.min(300_007, content.length - at));
      }
      members.finish();
    }
    return out.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 9_876_543})
  void anyGunzipReadsIt(int length) throws Exception {
    byte[] content = content(length);
    byte[] file = compressed(content, 3);
    Path path = Files.write(folder.resolve("x.gz"), file);
    Process gunzip = new ProcessBuilder("gunzip", "-c", path.toString()).start();
    assertThat(gunzip.getInputStream().readAllBytes()).isEqualTo(content);
    assertThat(gunzip.waitFor()).isZero();
    assertThat(gunzip(dribbling(file))).isEqualTo(content);
    // the members' order is the content's, however many cores there are
    assertThat(compressed(content, 1)).isEqualTo(file);
  }

  private static byte[] gunzip(InputStream in) throws IOException {
    try (GunzipInput gunzip = new GunzipInput(PLACE, in)) {
      return gunzip.readAllBytes();
    }
  }

  /** Pauses anywhere: nothing is available, and more comes. */
  private static InputStream dribbling(byte[] file) {
    return new ByteArrayInputStream(file) {
      @Override
      public synchronized int read(byte[] to, int offset, int length) {
        return super.read(to, offset, Math.min(length, 4099));
      }

      @Override
      public synchronized int available() {
        return 0;
      }
    };
  }

  @Test
  void whatIsCutOffOrChangedIsFound() {
    byte[] file = compressed(content(3 << 20), 2);
    for (int cut : new int[] {0, 5, file.length / 2, file.length - 1}) {
      assertDamaged(Arrays.copyOf(file, cut));
    }
    byte[] longer = Arrays.copyOf(file, file.length + 20);
    assertDamaged(longer);
    byte[] changed = file.clone();
    changed[file.length - 6] ^= 1;
    assertDamaged(changed);
  }

  private static void assertDamaged(byte[] file) {
    assertThatThrownBy(() -> gunzip(new ByteArrayInputStream(file)))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DAMAGED_OBJECT));
  }

  @Test
  void aStoreThatFailsEndsIt() {
    byte[] content = content(40 << 20);
    assertThatThrownBy(
            () -> {
              try (GzipMembers members =
                  new GzipMembers(
                      2,
                      _ -> {
                        throw new IllegalArgumentException("full");
                      },
                      () -> false)) {
                members.write(content, 0, content.length);
                members.finish();
              }
            })
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("full");
  }

  /** Whoever writes would wait for ever for a thread that is no more. */
  @Test
  void anErrorEndsItToo() {
    byte[] content = content(40 << 20);
    GzipMembers.Sink broken =
        _ -> {
          throw new NoClassDefFoundError("upgraded meanwhile");
        };
    assertThatThrownBy(
            () -> {
              try (GzipMembers members = new GzipMembers(2, broken, () -> false)) {
                members.write(content, 0, content.length);
                members.finish();
              }
            })
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("upgraded meanwhile");
  }

  @Test
  void whoeverWantsToStopDoesNotWaitForAStore() {
    byte[] content = content(40 << 20);
    CountDownLatch never = new CountDownLatch(1);
    GzipMembers.Sink waiting =
        _ -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
    assertThatThrownBy(
            () -> {
              try (GzipMembers members = new GzipMembers(2, waiting, () -> true)) {
                members.write(content, 0, content.length);
              }
            })
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("stopped");
  }
}
