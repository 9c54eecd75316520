package io.mockupaws.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A directory on a disk that is full, read-only or not ours, and a writer that is killed. */
final class DirectoryFaultsTest {
  private static final int MEBIBYTE = 1 << 20;
  private static final String NOBODY = "65534";

  @TempDir private Path folder;

  private static DirectoryStore directory(Path root) {
    return new DirectoryStore(root, InstantSource.system(), new Random());
  }

  @Test
  void fullDiskRefusesWithWhatIsFreeAndLeavesNoTrace() throws Exception {
    try (Mount mount = new Mount(folder.resolve("full"), "size=4m")) {
      Store store = directory(mount.path);
      List<String> made = new ArrayList<>();
      StoreException full =
          catchThrowableOfType(
              StoreException.class,
              () -> {
                for (int i = 0; i < 10; i++) {
                  ObjectKey key = ObjectKey.of("deep/folder-" + i + "/object");
                  store.create(key, new byte[MEBIBYTE]);
                  made.add(key.value());
                }
              });
      assertThat(full.code()).isEqualTo(ErrorCode.STORE_FULL);
      assertThat(full.transientFault()).isFalse();
      assertThat(full.what()).contains("KiB are free").contains(mount.path.toString());
      assertThat(full.nextStep()).contains("cleanup --dry-run");
      assertThat(made).hasSize(4);
      assertOnly(mount.path, made);

      assertThat(code(() -> upload(store, "deep/uploaded", 5))).isEqualTo(ErrorCode.STORE_FULL);
      assertOnly(mount.path, made);

      store.delete(ObjectKey.of(made.removeFirst()));
      assertThat(store.create(ObjectKey.of("small"), new byte[MEBIBYTE / 2]))
          .isEqualTo(CreateOutcome.CREATED);
    }
  }

  @Test
  void partRefusedByAFullDiskMayBeGivenAgain() throws Exception {
    try (Mount mount = new Mount(folder.resolve("full"), "size=4m")) {
      Store store = directory(mount.path);
      ObjectKey ballast = ObjectKey.of("ballast");
      ObjectKey key = ObjectKey.of("object");
      byte[] content = new byte[MEBIBYTE];
      new Random(1).nextBytes(content);
      store.create(ballast, new byte[2 * MEBIBYTE + MEBIBYTE / 2]);
      try (Upload upload = store.upload(key)) {
        // Half of the part fits, and is written, before the fault.
        assertThat(code(() -> twice(upload, content))).isEqualTo(ErrorCode.STORE_FULL);
        store.delete(ballast);
        upload.part(ByteBuffer.wrap(content, 0, 1000));
        assertThat(upload.commit()).isEqualTo(CreateOutcome.CREATED);
      }
      assertThat(store.stat(key).orElseThrow().size()).isEqualTo(MEBIBYTE + 1000);
      assertThat(store.read(key, 0, MEBIBYTE)).isEqualTo(content);
    }
  }

  private static void twice(Upload upload, byte[] content) {
    upload.part(ByteBuffer.wrap(content));
    upload.part(ByteBuffer.wrap(content));
  }

  @Test
  void noInodesLeftIsFullToo() throws Exception {
    try (Mount mount = new Mount(folder.resolve("inodes"), "size=4m,nr_inodes=8")) {
      Store store = directory(mount.path);
      store.create(ObjectKey.of("a"), new byte[1]);
      // A temporary file fits, three folders do not.
      store.create(ObjectKey.of("b"), new byte[1]);
      assertThat(code(() -> store.create(ObjectKey.of("c/d/e/f/g"), new byte[1])))
          .isEqualTo(ErrorCode.STORE_FULL);
      assertOnly(mount.path, List.of("a", "b"));
    }
  }

  private static void assertOnly(Path root, List<String> keys) throws IOException {
    assertThat(DirectoryStoreTest.tree(root.resolve(".tmp"))).isEmpty();
    try (Stream<Path> all = Files.walk(root)) {
      List<String> files =
          all.filter(Files::isRegularFile).map(file -> root.relativize(file).toString()).toList();
      assertThat(files).containsExactlyInAnyOrderElementsOf(keys);
    }
    try (Stream<Path> all = Files.walk(root)) {
      assertThat(all.filter(Files::isDirectory).filter(path -> isEmpty(path, root))).isEmpty();
    }
  }

  private static boolean isEmpty(Path path, Path root) {
    return !path.equals(root) && !path.endsWith(".tmp") && DirectoryStoreTest.tree(path).isEmpty();
  }

  private static void upload(Store store, String key, int mebibytes) {
    try (Upload upload = store.upload(ObjectKey.of(key))) {
      for (int i = 0; i < mebibytes; i++) {
        upload.part(ByteBuffer.wrap(new byte[MEBIBYTE]));
      }
      upload.commit();
    }
  }

  @Test
  void readOnlyFileSystemIsDenied() throws Exception {
    try (Mount mount = new Mount(folder.resolve("ro"), "size=4m")) {
      Store store = directory(mount.path);
      ObjectKey key = ObjectKey.of("a/b");
      store.create(key, new byte[] {1});
      run("mount", "-o", "remount,ro", mount.path.toString());
      assertThat(code(() -> store.create(ObjectKey.of("c"), new byte[1])))
          .isEqualTo(ErrorCode.STORE_DENIED);
      assertThat(code(() -> store.upload(ObjectKey.of("c")).close()))
          .isEqualTo(ErrorCode.STORE_DENIED);
      assertThat(code(() -> store.delete(key))).isEqualTo(ErrorCode.STORE_DENIED);
      assertThat(code(store::probe)).isEqualTo(ErrorCode.STORE_DENIED);
      assertThat(store.read(key, 0, 10)).containsExactly(1);
      assertThat(store.create(key, new byte[] {2})).isEqualTo(CreateOutcome.EXISTS);
    }
  }

  /** The kernel may drop the pages it could not write and count them as written. */
  @Test
  void failedFsyncIsNotHealedByASecondOne() throws IOException {
    var temporary = new DirectoryTemporaries(folder, new Random()).create();
    Path name = folder.resolve("object");
    FailingChannel channel = new FailingChannel(temporary.channel(), name);
    try (Upload upload =
        new DirectoryUpload(
            new DirectoryTemporaries.Temporary(temporary.path(), channel),
            name,
            ObjectKey.of("object"),
            new DirectoryTree(folder),
            new DirectoryFaults(folder),
            InstantSource.system(),
            100)) {
      upload.part(ByteBuffer.allocate(10));
      assertThat(code(upload::commit)).isEqualTo(ErrorCode.STORE_UNREACHABLE);
      assertThat(code(upload::commit)).isEqualTo(ErrorCode.STORE_UNREACHABLE);
    }
    assertThat(channel.calls).containsExactly("force, visible: false");
    assertThat(name).doesNotExist();
    assertThat(temporary.path()).doesNotExist();
  }

  /** Another user's process, because root is denied nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"create", "upload", "read", "stat", "list", "delete", "probe"})
  void anotherUsersDirectoryIsDenied(String operation) throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path root = Files.createDirectory(folder.resolve("private"));
    Store ours = directory(root);
    ours.create(ObjectKey.of("a/object"), new byte[] {1});
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
    List<String> answer = new StoreProcess(folder).asUser(NOBODY).run(root, operation);
    assertThat(answer).containsExactly("STORE_DENIED");
  }

  @Test
  void killedWriterLeavesNothingVisible() throws Exception {
    Path root = Files.createDirectory(folder.resolve("root"));
    Store store = directory(root);
    Process writer = new StoreProcess(folder).start(root, "write-and-hang");
    try (BufferedReader out = writer.inputReader()) {
      assertThat(out.readLine()).isEqualTo("written");
      assertThat(DirectoryStoreTest.tree(root.resolve(".tmp"))).hasSize(1);
      assertThat(store.stat(ObjectKey.of("a/object"))).isEmpty();
    } finally {
      writer.destroyForcibly();
    }
    assertThat(writer.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(store.list("", "", 10).objects()).isEmpty();
    assertThat(store.create(ObjectKey.of("a/object"), new byte[] {1}))
        .isEqualTo(CreateOutcome.CREATED);
    assertThat(store.removeLeftovers(Instant.now().plus(Duration.ofMinutes(1)))).isEqualTo(1);
    assertThat(store.list("", "", 10).objects()).hasSize(1);
  }

  private static ErrorCode code(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    Failure failure = catchThrowableOfType(Failure.class, call);
    assertThat(failure).as("a failure").isNotNull();
    return failure.code();
  }

  private static void run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.onExit().join().exitValue())
        .as(String.join(" ", command) + ": " + said)
        .isZero();
  }

  /** A small file system in memory. */
  private static final class Mount implements AutoCloseable {
    private final Path path;

    Mount(Path path, String options) throws IOException {
      this.path = Files.createDirectory(path);
      run("mount", "-t", "tmpfs", "-o", options, "tmpfs", path.toString());
    }

    @Override
    public void close() throws IOException {
      run("umount", path.toString());
    }
  }
}
