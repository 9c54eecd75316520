package io.mockupaws.store;

import static io.mockupaws.store.Contents.bytes;
import static io.mockupaws.store.Contents.fails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.format.ObjectKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DirectoryStoreTest extends StoreContract {
  private static final ObjectKey KEY = ObjectKey.of("folder/inner/object");

  @TempDir private Path folder;

  @Override
  protected Store open() {
    return directory(folder);
  }

  private static DirectoryStore directory(Path root) {
    return new DirectoryStore(root, InstantSource.system(), new Random());
  }

  @Override
  public void fill(List<String> names) {
    fill(folder, names);
  }

  static void fill(Path root, List<String> names) {
    try {
      for (String name : names) {
        Files.createDirectories(root.resolve(name).getParent());
        Files.write(root.resolve(name), new byte[] {1});
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of a folder with more names than are held at once, each is visited once, in order. */
  @Test
  void aFolderOfManyNamesIsReadInPasses() throws IOException {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      names.add("many/%02d".formatted(i * 7 % 25));
    }
    fill(names);
    names.sort(null);
    for (int held : List.of(1, 2, 5, 25, 26)) {
      List<String> visited = new ArrayList<>();
      new DirectoryListing(folder, "many/", "", held)
          .forEach(object -> visited.add(object.key().value()));
      assertThat(visited).as(held + " held").isEqualTo(names);
    }
  }

  @Test
  void filesAreOursAlone() throws IOException {
    store().create(KEY, bytes("x"));
    assertThat(mode(folder.resolve("folder/inner/object"))).isEqualTo("rw-------");
    assertThat(mode(folder.resolve("folder/inner"))).isEqualTo("rwx------");
    assertThat(mode(folder.resolve("folder"))).isEqualTo("rwx------");
    assertThat(mode(folder.resolve(".tmp"))).isEqualTo("rwx------");
    try (Upload upload = store().upload(ObjectKey.of("other"))) {
      upload.part(ByteBuffer.wrap(bytes("y")));
      assertThat(tree(folder.resolve(".tmp")))
          .singleElement()
          .satisfies(file -> assertThat(mode(file)).isEqualTo("rw-------"));
    }
  }

  @Test
  void rootIsMadeOnlyWhenItIsSaidSo() throws IOException {
    Path root = folder.resolve("new/repository");
    String address = "file://" + root;
    try (Store missing = Stores.open(StoreAddress.parse(address), StoreOptions.none())) {
      fails(ErrorCode.STORE_NO_BUCKET, () -> missing.stat(KEY));
      fails(ErrorCode.STORE_NO_BUCKET, () -> missing.read(KEY, 0));
      fails(ErrorCode.STORE_NO_BUCKET, () -> missing.read(KEY, 0, 1));
      fails(ErrorCode.STORE_NO_BUCKET, () -> missing.list("", "", 1));
      fails(ErrorCode.STORE_NO_BUCKET, () -> missing.create(KEY, bytes("x")));
      fails(ErrorCode.STORE_NO_BUCKET, () -> missing.upload(KEY).close());
      fails(ErrorCode.STORE_NO_BUCKET, () -> missing.delete(KEY));
      fails(ErrorCode.STORE_NO_BUCKET, missing::probe);
    }
    assertThat(root).doesNotExist();
    assertThat(root.getParent()).doesNotExist();
    try (Store made = Stores.create(StoreAddress.parse(address), StoreOptions.none())) {
      assertThat(made.address()).isEqualTo(address);
      assertThat(made.create(KEY, bytes("x"))).isEqualTo(CreateOutcome.CREATED);
    }
    assertThat(mode(root)).isEqualTo("rwx------");
    Stores.create(StoreAddress.parse(root.toString()), StoreOptions.none()).close();
  }

  @Test
  void rootThatIsAFileIsRefused() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    Store store = directory(file);
    fails(ErrorCode.STORE_NO_BUCKET, () -> store.list("", "", 1));
    assertThatThrownBy(() -> Stores.create(StoreAddress.parse("" + file), StoreOptions.none()))
        .isInstanceOf(StoreException.class);
  }

  @Test
  void leftoversOfAKilledWriterAreRemovedWhenOld() throws IOException {
    Path temporary = Files.createDirectory(folder.resolve(".tmp"));
    Path old = Files.write(temporary.resolve("0123456789abcdef"), bytes("old"));
    Path recent = Files.write(temporary.resolve("fedcba9876543210"), bytes("recent"));
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(25))));
    Files.setLastModifiedTime(recent, FileTime.from(Instant.now().minus(Duration.ofHours(23))));
    assertThat(keys("")).isEmpty();
    store().create(KEY, bytes("x"));
    assertThat(old).doesNotExist();
    assertThat(recent).exists();
    assertThat(keys("")).containsExactly(KEY.value());
  }

  /** Killed between the link and the removal of the temporary name: both are the same file. */
  @Test
  void objectSurvivesTheRemovalOfItsTemporaryName() throws IOException {
    store().create(KEY, bytes("x"));
    Path second = folder.resolve(".tmp/0123456789abcdef");
    Files.createLink(second, folder.resolve(KEY.value()));
    assertThat(store().removeLeftovers(Instant.now().plusSeconds(60))).isEqualTo(1);
    assertThat(text(KEY)).isEqualTo("x");
  }

  @Test
  void foldersGoWithTheirLastObject() {
    store().create(KEY, bytes("x"));
    store().create(ObjectKey.of("folder/other"), bytes("y"));
    store().delete(KEY);
    assertThat(folder.resolve("folder/inner")).doesNotExist();
    assertThat(folder.resolve("folder/other")).exists();
    store().delete(ObjectKey.of("folder/other"));
    assertThat(folder.resolve("folder")).doesNotExist();
    assertThat(folder).exists();
  }

  @Test
  void otherProgramsFilesAreNoObjects() throws IOException {
    store().create(ObjectKey.of("a/object"), bytes("x"));
    Files.createDirectories(folder.resolve(".snapshot/a"));
    Files.write(folder.resolve(".snapshot/a/object"), bytes("x"));
    Files.write(folder.resolve("a/.nfs000012"), bytes("x"));
    Files.write(folder.resolve("a/with space"), bytes("x"));
    Files.write(folder.resolve("a/ümlaut"), bytes("x"));
    Files.createDirectories(folder.resolve("a/empty/folder"));
    Files.createDirectories(folder.resolve("lost+found"));
    Files.write(folder.resolve("lost+found/object"), bytes("x"));
    Files.createSymbolicLink(folder.resolve("a/link"), folder.resolve("a/object"));
    Files.createSymbolicLink(folder.resolve("a/loop"), folder);
    assertThat(keys("", 1)).containsExactly("a/object");
    assertThat(store().stat(ObjectKey.of("a/link"))).isEmpty();
  }

  @Test
  void emptyFoldersDoNotEndAPage() throws IOException {
    for (int i = 0; i < 30; i++) {
      Files.createDirectories(folder.resolve("empty-%02d/inner".formatted(i)));
    }
    store().create(ObjectKey.of("empty-15x/object"), bytes("x"));
    store().create(ObjectKey.of("full"), bytes("x"));
    assertThat(keys("", 1)).containsExactly("empty-15x/object", "full");
    assertThat(keys("", 2)).containsExactly("empty-15x/object", "full");
  }

  @Test
  void keyCannotBeFolderAndObject() {
    store().create(KEY, bytes("x"));
    fails(ErrorCode.STORE_CONFLICT, () -> store().create(ObjectKey.of("folder"), bytes("x")));
    fails(ErrorCode.STORE_CONFLICT, () -> store().create(ObjectKey.of(KEY + "/x"), bytes("x")));
    fails(ErrorCode.STORE_CONFLICT, () -> commit(ObjectKey.of("folder/inner")));
    fails(ErrorCode.STORE_CONFLICT, () -> commit(ObjectKey.of(KEY + "/x/y")));
    assertThat(keys("")).containsExactly(KEY.value());
    assertThat(tree(folder.resolve(".tmp"))).isEmpty();
  }

  private void commit(ObjectKey key) {
    try (Upload upload = store().upload(key)) {
      upload.part(ByteBuffer.wrap(bytes("x")));
      upload.commit();
    }
  }

  @Test
  void listingIsTheSameAsAModels() {
    Random random = new Random(20260407);
    Store model = Stores.inMemory();
    String[] parts = {"a", "a-", "a.", "a+b", "b", "0", "a0", "=", "_", "ab"};
    for (int i = 0; i < 400; i++) {
      StringBuilder name = new StringBuilder(parts[random.nextInt(parts.length)]);
      for (int depth = random.nextInt(4); depth > 0; depth--) {
        name.append('/').append(parts[random.nextInt(parts.length)]);
      }
      // Distinct last parts, so that no object is another's folder.
      ObjectKey key = ObjectKey.of(name + (random.nextBoolean() ? "-z" : ".z"));
      model.create(key, bytes("x"));
      store().create(key, bytes("x"));
    }
    for (int i = 0; i < 300; i++) {
      String prefix = i % 3 == 0 ? "" : parts[random.nextInt(parts.length)];
      String start = parts[random.nextInt(parts.length)] + (i % 2 == 0 ? "/" : "");
      int limit = 1 + random.nextInt(30);
      assertThat(names(store().list(prefix, start, limit)))
          .as("prefix " + prefix + " behind " + start + ", " + limit + " at most")
          .isEqualTo(names(model.list(prefix, start, limit)));
    }
  }

  private static List<String> names(ListPage page) {
    List<String> names = new ArrayList<>();
    page.objects().forEach(info -> names.add(info.key().value()));
    names.add("more: " + page.more());
    return names;
  }

  private static String mode(Path path) {
    try {
      return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Path> tree(Path root) {
    try (Stream<Path> paths = Files.list(root)) {
      return paths.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
