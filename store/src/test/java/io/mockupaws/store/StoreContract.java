package io.mockupaws.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.format.ObjectKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link Store} owes. Each kind of store has a subclass that opens an empty one. */
public abstract class StoreContract {
  private static final int RACERS = 16;

  private Store store;

  /** Opens an empty store of the kind under test. */
  protected abstract Store open() throws Exception;

  /** The store under test. */
  protected Store store() {
    return store;
  }

  @BeforeEach
  final void openStore() throws Exception {
    store = open();
  }

  @AfterEach
  final void closeStore() {
    store.close();
  }

  // --- creation

  @Test
  void createsOnce() {
    ObjectKey key = ObjectKey.of("a/b/object");
    assertThat(store.stat(key)).isEmpty();
    assertThat(store.create(key, bytes("first"))).isEqualTo(CreateOutcome.CREATED);
    assertThat(store.create(key, bytes("second"))).isEqualTo(CreateOutcome.EXISTS);
    assertThat(text(key)).isEqualTo("first");
    assertThat(store.stat(key).orElseThrow().size()).isEqualTo(5);
    assertThat(store.stat(key).orElseThrow().modified())
        .isBetween(Instant.now().minus(Duration.ofMinutes(2)), Instant.now().plusSeconds(120));
  }

  @Test
  void createsEmptyObject() throws IOException {
    ObjectKey key = ObjectKey.of("empty");
    assertThat(store.create(key, new byte[0])).isEqualTo(CreateOutcome.CREATED);
    assertThat(store.create(key, bytes("x"))).isEqualTo(CreateOutcome.EXISTS);
    assertThat(store.stat(key).orElseThrow().size()).isZero();
    assertThat(store.read(key, 0, 10)).isEmpty();
    assertThat(store.read(key, 5, 10)).isEmpty();
    assertThat(all(store.read(key, 0))).isEmpty();
    assertThat(store.list("", "", 10).objects()).hasSize(1);
  }

  @Test
  void createsLargerThanPart() throws IOException {
    byte[] content = random(store.partSize() + 12_345, 1);
    ObjectKey key = ObjectKey.of("large");
    assertThat(store.create(key, content)).isEqualTo(CreateOutcome.CREATED);
    assertThat(all(store.read(key, 0))).isEqualTo(content);
  }

  @Test
  void oneOfManyCreatorsWins() throws Exception {
    for (int round = 0; round < 5; round++) {
      ObjectKey key = ObjectKey.of("race/create-" + round);
      raced(key, racer -> store.create(key, racerBytes(racer, 10_000)), 10_000);
    }
  }

  @Test
  void oneOfManyUploadersWins() throws Exception {
    for (int round = 0; round < 2; round++) {
      ObjectKey key = ObjectKey.of("race/upload-" + round);
      int size = store.partSize() + 1000;
      CyclicBarrier allWritten = new CyclicBarrier(RACERS);
      raced(
          key,
          racer -> {
            try (Upload upload = store.upload(key)) {
              byte[] content = racerBytes(racer, size);
              upload.part(ByteBuffer.wrap(content, 0, store.partSize()));
              upload.part(ByteBuffer.wrap(content, store.partSize(), 1000));
              allWritten.await();
              return upload.commit();
            }
          },
          size);
    }
  }

  @Test
  void creatorsAndUploadersOfOneKeyDoNotMeet() throws Exception {
    ObjectKey key = ObjectKey.of("race/both");
    int size = store.partSize();
    raced(
        key,
        racer -> {
          byte[] content = racerBytes(racer, size);
          if (racer % 2 == 0) {
            return store.create(key, content);
          }
          try (Upload upload = store.upload(key)) {
            upload.part(ByteBuffer.wrap(content));
            return upload.commit();
          }
        },
        size);
  }

  @FunctionalInterface
  private interface Racer {
    CreateOutcome run(int racer) throws Exception;
  }

  private void raced(ObjectKey key, Racer racer, int size) throws Exception {
    CyclicBarrier start = new CyclicBarrier(RACERS);
    List<CreateOutcome> outcomes = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<CreateOutcome>> futures = new ArrayList<>();
      for (int i = 0; i < RACERS; i++) {
        int number = i;
        Callable<CreateOutcome> run =
            () -> {
              start.await();
              return racer.run(number);
            };
        futures.add(threads.submit(run));
      }
      for (Future<CreateOutcome> future : futures) {
        outcomes.add(future.get());
      }
    }
    assertThat(outcomes).filteredOn(CreateOutcome.CREATED::equals).hasSize(1);
    int winner = outcomes.indexOf(CreateOutcome.CREATED);
    assertThat(Arrays.equals(all(store.read(key, 0)), racerBytes(winner, size)))
        .as("the bytes are the winner's")
        .isTrue();
    assertThat(keys("")).contains(key.value()).doesNotHaveDuplicates();
  }

  private static byte[] racerBytes(int racer, int size) {
    byte[] content = new byte[size];
    Arrays.fill(content, (byte) (racer + 1));
    return content;
  }

  // --- uploads

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void uploadsWholeParts(int parts) throws IOException {
    uploadAndCompare(parts, 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void uploadsWholePartsAndRest(int parts) throws IOException {
    uploadAndCompare(parts, 12_347);
  }

  private void uploadAndCompare(int parts, int rest) throws IOException {
    ObjectKey key = ObjectKey.of("uploads/of-" + parts + "+" + rest);
    byte[] content = random(parts * store.partSize() + rest, parts);
    try (Upload upload = store.upload(key)) {
      write(upload, content);
      assertThat(store.stat(key)).isEmpty();
      assertThat(upload.commit()).isEqualTo(CreateOutcome.CREATED);
    }
    assertThat(store.stat(key).orElseThrow().size()).isEqualTo(content.length);
    assertThat(Arrays.equals(all(store.read(key, 0)), content)).isTrue();
    assertThat(keys("")).containsExactly(key.value());
  }

  /** Gives every part in one buffer that is overwritten after each call. */
  private void write(Upload upload, byte[] content) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(store.partSize() + 7);
    for (int at = 0; at < content.length; at += store.partSize()) {
      int length = Math.min(store.partSize(), content.length - at);
      buffer.clear().position(3);
      buffer.put(content, at, length).limit(3 + length).position(3);
      upload.part(buffer);
      assertThat(buffer.position()).isEqualTo(3);
      assertThat(buffer.remaining()).isEqualTo(length);
      buffer.clear();
      while (buffer.hasRemaining()) {
        buffer.put((byte) 0xEE);
      }
    }
  }

  @Test
  void keepsNoCallersArray() {
    ObjectKey created = ObjectKey.of("buffers/created");
    ObjectKey uploaded = ObjectKey.of("buffers/uploaded");
    byte[] content = bytes("the bytes meant");
    store.create(created, content);
    try (Upload upload = store.upload(uploaded)) {
      upload.part(ByteBuffer.wrap(content));
      Arrays.fill(content, (byte) '#');
      upload.commit();
    }
    assertThat(text(created)).isEqualTo("the bytes meant");
    assertThat(text(uploaded)).isEqualTo("the bytes meant");
    byte[] read = store.read(created, 0, 100);
    Arrays.fill(read, (byte) '#');
    assertThat(text(created)).isEqualTo("the bytes meant");
  }

  @Test
  void acceptsReadOnlyAndEmptyParts() {
    ObjectKey key = ObjectKey.of("readonly");
    try (Upload upload = store.upload(key)) {
      upload.part(ByteBuffer.allocate(0));
      upload.part(ByteBuffer.wrap(bytes("content")).asReadOnlyBuffer());
      upload.part(ByteBuffer.allocate(0));
      assertThat(upload.commit()).isEqualTo(CreateOutcome.CREATED);
    }
    assertThat(text(key)).isEqualTo("content");
  }

  @Test
  void uploadToTakenKeyChangesNothing() {
    ObjectKey key = ObjectKey.of("taken");
    store.create(key, bytes("first"));
    for (int size : new int[] {0, 10, store.partSize(), store.partSize() + 1}) {
      try (Upload upload = store.upload(key)) {
        write(upload, random(size, 1));
        assertThat(upload.commit()).isEqualTo(CreateOutcome.EXISTS);
      }
    }
    assertThat(text(key)).isEqualTo("first");
    assertThat(keys("")).containsExactly("taken");
  }

  @Test
  void abortedUploadLeavesNothing() {
    ObjectKey key = ObjectKey.of("aborted/object");
    for (int size : new int[] {0, 10, store.partSize(), store.partSize() + 1}) {
      try (Upload upload = store.upload(key)) {
        write(upload, random(size, 1));
      }
      assertThat(store.stat(key)).isEmpty();
      assertThat(keys("")).isEmpty();
    }
    assertThat(store.create(key, bytes("x"))).isEqualTo(CreateOutcome.CREATED);
    assertThat(store.removeLeftovers(Instant.now().plus(Duration.ofDays(2)))).isZero();
  }

  @Test
  void leftoversAreInvisibleAndRemoved() {
    ObjectKey key = ObjectKey.of("killed");
    Upload abandoned = store.upload(key);
    write(abandoned, random(store.partSize() + 1, 1));
    assertThat(store.stat(key)).isEmpty();
    assertThat(keys("")).isEmpty();
    assertThat(store.removeLeftovers(Instant.now().minus(Duration.ofDays(1)))).isZero();
    assertThat(store.removeLeftovers(Instant.now().plus(Duration.ofDays(2))))
        .isEqualTo(leavesLeftovers() ? 1 : 0);
    assertThat(store.removeLeftovers(Instant.now().plus(Duration.ofDays(2)))).isZero();
  }

  /** Whether an upload that never ends takes space in the store. */
  protected boolean leavesLeftovers() {
    return true;
  }

  @Test
  void refusesPartsOutOfOrder() {
    try (Upload upload = store.upload(ObjectKey.of("order"))) {
      assertThatThrownBy(() -> upload.part(ByteBuffer.allocate(store.partSize() + 1)))
          .isInstanceOf(IllegalArgumentException.class);
      upload.part(ByteBuffer.allocate(1));
      assertThatThrownBy(() -> upload.part(ByteBuffer.allocate(1)))
          .isInstanceOf(IllegalStateException.class);
      assertThat(upload.commit()).isEqualTo(CreateOutcome.CREATED);
      assertThatThrownBy(upload::commit).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> upload.part(ByteBuffer.allocate(1)))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void readerNeverSeesPartOfAnObject() throws Exception {
    ObjectKey key = ObjectKey.of("slow/object");
    byte[] content = random(2 * store.partSize() + 99, 7);
    CountDownLatch done = new CountDownLatch(1);
    AtomicReference<String> wrong = new AtomicReference<>("");
    Thread reader = Thread.ofVirtual().unstarted(() -> poll(key, content.length, done, wrong));
    reader.start();
    try (Upload upload = store.upload(key)) {
      write(upload, content);
      assertThat(upload.commit()).isEqualTo(CreateOutcome.CREATED);
    }
    assertThat(store.stat(key)).isPresent();
    done.countDown();
    reader.join();
    assertThat(wrong.get()).isEmpty();
  }

  private void poll(ObjectKey key, long size, CountDownLatch done, AtomicReference<String> wrong) {
    boolean seen = false;
    while (done.getCount() > 0 && wrong.get().isEmpty()) {
      long listed =
          store.list("slow/", "", 10).objects().stream()
              .filter(info -> info.key().equals(key))
              .mapToLong(ObjectInfo::size)
              .sum();
      long told = store.stat(key).map(ObjectInfo::size).orElse(0L);
      long last = told == 0 ? 0 : store.read(key, size - 1, 10).length;
      boolean whole = (told == 0 || told == size) && (listed == 0 || listed == size);
      boolean vanished = seen && (told == 0 || listed == 0);
      if (!whole || vanished || (told > 0 && last != 1)) {
        wrong.set("listed " + listed + ", told " + told + ", seen before: " + seen);
      }
      seen |= told > 0;
    }
  }

  // --- reading

  @Test
  void readsRanges() throws IOException {
    ObjectKey key = ObjectKey.of("ranges");
    byte[] content = random(100_000, 3);
    store.create(key, content);
    int[][] ranges = {
      {0, 1}, {0, 100_000}, {1, 99_998}, {99_999, 1}, {50_000, 0}, {0, 0}, {65_535, 2}
    };
    for (int[] range : ranges) {
      assertThat(store.read(key, range[0], range[1]))
          .isEqualTo(Arrays.copyOfRange(content, range[0], range[0] + range[1]));
    }
    for (int from : new int[] {0, 1, 65_536, 99_999}) {
      assertThat(all(store.read(key, from)))
          .isEqualTo(Arrays.copyOfRange(content, from, content.length));
    }
  }

  @Test
  void readsUpToTheEndOnly() throws IOException {
    ObjectKey key = ObjectKey.of("ends");
    store.create(key, bytes("0123456789"));
    assertThat(store.read(key, 8, 100)).isEqualTo(bytes("89"));
    assertThat(store.read(key, 0, Integer.MAX_VALUE)).isEqualTo(bytes("0123456789"));
    assertThat(store.read(key, 10, 5)).isEmpty();
    assertThat(store.read(key, 11, 5)).isEmpty();
    assertThat(store.read(key, 1L << 40, 5)).isEmpty();
    assertThat(all(store.read(key, 10))).isEmpty();
    assertThat(all(store.read(key, 1L << 40))).isEmpty();
    assertThatThrownBy(() -> store.read(key, -1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.read(key, -1, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.read(key, 0, -1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void streamMayBeClosedBeforeItsEnd() throws IOException {
    ObjectKey key = ObjectKey.of("left");
    byte[] content = random(3_000_000, 4);
    store.create(key, content);
    for (int i = 0; i < 20; i++) {
      try (InputStream in = store.read(key, i)) {
        assertThat(in.readNBytes(1000)).isEqualTo(Arrays.copyOfRange(content, i, i + 1000));
      }
    }
    try (InputStream in = store.read(key, 0)) {
      in.skipNBytes(2_999_990);
      assertThat(in.readAllBytes())
          .isEqualTo(Arrays.copyOfRange(content, 2_999_990, content.length));
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void missingObjectHasItsCode() {
    ObjectKey key = ObjectKey.of("not/there");
    assertThat(store.stat(key)).isEmpty();
    fails(ErrorCode.OBJECT_MISSING, () -> store.read(key, 0, 10));
    fails(ErrorCode.OBJECT_MISSING, () -> store.read(key, 0, 0));
    fails(ErrorCode.OBJECT_MISSING, () -> store.read(key, 100, 1));
    fails(ErrorCode.OBJECT_MISSING, () -> store.read(key, 0).close());
    // A folder of keys is no object.
    store.create(ObjectKey.of("not/there/but/here"), bytes("x"));
    assertThat(store.stat(key)).isEmpty();
    fails(ErrorCode.OBJECT_MISSING, () -> store.read(key, 0, 10));
    fails(ErrorCode.OBJECT_MISSING, () -> store.read(key, 0).close());
    store.delete(key);
    assertThat(keys("")).containsExactly("not/there/but/here");
  }

  @Test
  void belowAnObjectThereIsNothing() {
    store.create(ObjectKey.of("an/object"), bytes("x"));
    ObjectKey below = ObjectKey.of("an/object/below/it");
    assertThat(store.stat(below)).isEmpty();
    fails(ErrorCode.OBJECT_MISSING, () -> store.read(below, 0, 10));
    assertThat(keys("an/object/")).isEmpty();
    assertThat(keys("")).containsExactly("an/object");
  }

  // --- listing

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 1000})
  void listsInPagesInTheOrderOfKeys(int limit) {
    List<String> names = awkwardNames();
    List<String> shuffled = new ArrayList<>(names);
    Collections.shuffle(shuffled, new Random(5));
    shuffled.forEach(name -> store.create(ObjectKey.of(name), bytes(name)));
    assertThat(keys("", limit)).containsExactlyElementsOf(names);
    for (String prefix :
        List.of("a", "a/", "a-", "a.", "a/b", "a/b-", "a/b/", "a/b/c", "b", "b/000", "z", "A")) {
      assertThat(keys(prefix, limit))
          .as("prefix " + prefix)
          .containsExactlyElementsOf(names.stream().filter(n -> n.startsWith(prefix)).toList());
    }
  }

  /** Names whose order differs between whole keys and folder by folder. */
  private static List<String> awkwardNames() {
    return List.of(
            "a+b",
            "a-",
            "a-b",
            "a-c/c",
            "a-c/d/e",
            "a.b",
            "a.c/c",
            "a/b+",
            "a/b-c",
            "a/b-d/d",
            "a/b.c",
            "a/b/c+",
            "a/b/c/d",
            "a/b/c-d",
            "a/b/c.d",
            "a/b/c0",
            "a/b/d",
            "a/b0",
            "a/b1/c",
            "a/bb",
            "a0",
            "a=",
            "aa/a",
            "b/0001",
            "b/0002",
            "b/0003.x",
            "b/0003/y",
            "b/0003-x/y",
            "A/a",
            "0",
            "_",
            "=x")
        .stream()
        .sorted()
        .toList();
  }

  @Test
  void listsBehindAnyName() {
    List<String> names = awkwardNames();
    names.forEach(name -> store.create(ObjectKey.of(name), bytes(name)));
    List<String> starts = new ArrayList<>(names);
    starts.addAll(List.of("a", "a/", "a/b/", "a/b", "a/b/c/d", "a-b/", "!", "zzz", "b/0003"));
    for (String start : starts) {
      for (String prefix : List.of("", "a/", "a/b")) {
        List<String> expected =
            names.stream().filter(n -> n.startsWith(prefix) && n.compareTo(start) > 0).toList();
        ListPage page = store.list(prefix, start, 1000);
        assertThat(page.objects().stream().map(info -> info.key().value()).toList())
            .as("prefix '" + prefix + "' behind '" + start + "'")
            .containsExactlyElementsOf(expected);
        assertThat(page.more()).isFalse();
      }
    }
  }

  @Test
  void listsMoreThanAPage() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 1203; i++) {
      String name = "many/%02d/%06d".formatted(i % 3, i);
      names.add(name);
      store.create(ObjectKey.of(name), bytes("x"));
    }
    names.sort(null);
    assertThat(keys("many/", 1000)).containsExactlyElementsOf(names);
    ListPage first = store.list("", "", 1000);
    assertThat(first.objects()).hasSize(1000);
    assertThat(first.more()).isTrue();
    assertThat(store.list("", names.get(202), 1000).more()).isFalse();
  }

  @Test
  void listsWhatStatTells() {
    store.create(ObjectKey.of("one/a"), bytes("12345"));
    ObjectInfo listed = store.list("one/", "", 1).objects().getFirst();
    ObjectInfo told = store.stat(ObjectKey.of("one/a")).orElseThrow();
    assertThat(listed.key()).isEqualTo(told.key());
    assertThat(listed.size()).isEqualTo(told.size());
    assertThat(Duration.between(listed.modified(), told.modified()).abs())
        .isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void refusesLimitsOutOfRange() {
    assertThatThrownBy(() -> store.list("", "", 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.list("", "", 1001)).isInstanceOf(IllegalArgumentException.class);
  }

  // --- deletion

  @Test
  void deletes() {
    ObjectKey key = ObjectKey.of("gone/soon");
    store.create(key, bytes("first"));
    store.create(ObjectKey.of("gone/later"), bytes("other"));
    store.delete(key);
    store.delete(key);
    store.delete(ObjectKey.of("never/was"));
    assertThat(store.stat(key)).isEmpty();
    assertThat(keys("")).containsExactly("gone/later");
    assertThat(store.create(key, bytes("second"))).isEqualTo(CreateOutcome.CREATED);
    assertThat(text(key)).isEqualTo("second");
  }

  @Test
  void foldersComeAndGoUnderUse() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> futures = new ArrayList<>();
      for (int thread = 0; thread < 8; thread++) {
        int number = thread;
        futures.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 25; i++) {
                    ObjectKey key = ObjectKey.of("busy/folder/" + number);
                    assertThat(store.create(key, bytes("x" + i))).isEqualTo(CreateOutcome.CREATED);
                    assertThat(text(key)).isEqualTo("x" + i);
                    store.delete(key);
                  }
                }));
      }
      for (Future<?> future : futures) {
        future.get();
      }
    }
    assertThat(keys("")).isEmpty();
  }

  // --- keys, and the rest

  @Test
  void takesEveryLegalKey() {
    List<String> names =
        List.of(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            "abcdefghijklmnopqrstuvwxyz",
            "0123456789",
            "_+=-._+=-",
            "-leading/+plus/=equals/_underscore",
            "clusters/prod/backups/20260407T120000Z-full-1a2b",
            "x/" + "n".repeat(200),
            "p/" + "abcdefg/".repeat(85) + "end");
    names.forEach(name -> store.create(ObjectKey.of(name), bytes(name)));
    for (String name : names) {
      assertThat(text(ObjectKey.of(name))).isEqualTo(name);
    }
    assertThat(keys("")).containsExactlyElementsOf(names.stream().sorted().toList());
  }

  @Test
  void keepsItsPromisesInAProbe() {
    store.probe();
    assertThat(keys("")).isEmpty();
  }

  @Test
  void hasAddressAndPartSize() {
    assertThat(store.address()).isNotBlank();
    assertThat(store.partSize()).isPositive();
  }

  // --- tools

  /** All keys with a prefix, by pages. */
  protected List<String> keys(String prefix, int limit) {
    List<String> keys = new ArrayList<>();
    String last = "";
    for (boolean more = true; more; ) {
      ListPage page = store.list(prefix, last, limit);
      page.objects().forEach(info -> keys.add(info.key().value()));
      assertThat(page.objects().size()).isLessThanOrEqualTo(limit);
      more = page.more();
      if (more) {
        last = page.objects().getLast().key().value();
      }
    }
    return keys;
  }

  protected List<String> keys(String prefix) {
    return keys(prefix, 1000);
  }

  protected String text(ObjectKey key) {
    return new String(store.read(key, 0, 10_000), StandardCharsets.UTF_8);
  }

  protected static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  protected static byte[] random(int size, long seed) {
    byte[] content = new byte[size];
    new Random(seed).nextBytes(content);
    return content;
  }

  protected static byte[] all(InputStream in) throws IOException {
    try (in) {
      return in.readAllBytes();
    }
  }

  protected static void fails(
      ErrorCode code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StoreException.class, fault -> assertThat(fault.code()).isEqualTo(code));
  }
}
