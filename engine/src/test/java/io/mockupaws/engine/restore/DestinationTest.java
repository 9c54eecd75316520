package io.mockupaws.engine.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DestinationTest {
  @TempDir Path folder;

  @Test
  void aPlaceThatIsNotThereYetIsLookedAtAndNotMade() {
    Destination destination = Destination.examine(folder.resolve("a/b/c"));
    assertThat(destination.exists()).isFalse();
    assertThat(destination.freeBytes()).isPositive();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void anEmptyDirectoryBehindALinkIsTakenAtItsRealPlace() throws IOException {
    Path real = Files.createDirectory(folder.resolve("real"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);
    assertThat(Destination.examine(link).directory()).isEqualTo(real.toRealPath());
    assertThat(Destination.examine(link.resolve("sub")).directory())
        .isEqualTo(real.toRealPath().resolve("sub"));
  }

  @Test
  void anythingInItIsTooMuch() throws IOException {
    Files.createFile(folder.resolve(".hidden"));
    refused(ErrorCode.TARGET_NOT_EMPTY, () -> Destination.examine(folder));
    refused(ErrorCode.TARGET_NOT_EMPTY, () -> Destination.examine(folder.resolve(".hidden")));
  }

  @Test
  void anUnfinishedRestoreIsCalledSo() throws IOException {
    UnfinishedMark.Text text =
        new UnfinishedMark.Text("20260101T000000Z-full-0001", 7, Instant.EPOCH);
    UnfinishedMark.set(folder, text).close();
    assertThatThrownBy(() -> Destination.examine(folder))
        .hasMessageContaining("a restore that was not finished");
    assertThatThrownBy(() -> UnfinishedMark.set(folder, text)).isInstanceOf(IOException.class);
  }

  @Test
  void aPlaceInsideAClusterIsRefused() throws IOException {
    Files.createFile(folder.resolve("PG_VERSION"));
    refused(ErrorCode.TARGET_UNSAFE, () -> Destination.examine(folder.resolve("x/y")));
  }

  private static void refused(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(Failure.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
