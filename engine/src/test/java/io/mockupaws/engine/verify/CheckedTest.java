package io.mockupaws.engine.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreException;
import io.mockupaws.store.Stores;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A verification is broken off at any call of the store; the next one's answer is that of one. */
class CheckedTest {
  @TempDir Path spool;

  private final Store place = Stores.inMemory();
  private Instant now = Instant.now().plusSeconds(3600);
  private final InstantSource clock = () -> now;

  /** A store that goes away at a call, and tells which objects were read to their end. */
  private static final class Breaking {
    private final Store store;
    private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
    private final Set<String> opened = new ConcurrentSkipListSet<>();

    Breaking(Store store) {
      this.store = store;
    }

    /** Beginning and end of an object are looked at also when it is not read. */
    private static boolean isOfContent(String name, Object[] arguments) {
      return name.equals("read") && (arguments.length == 2 || (int) arguments[2] > 16 * 1024);
    }

    Store proxy() {
      return (Store)
          Proxy.newProxyInstance(
              Store.class.getClassLoader(),
              new Class<?>[] {Store.class},
              (_, method, arguments) -> {
                if (!method.getName().matches("address|partSize|members|locks|close|hashCode")
                    && left.getAndDecrement() <= 0) {
                  throw new StoreException(
                      ErrorCode.STORE_UNREACHABLE, "away", "try again", true, null);
                }
                if (isOfContent(method.getName(), arguments)) {
                  opened.add(arguments[0].toString());
                }
                try {
                  return method.invoke(store, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getTargetException();
                }
              });
    }
  }

  private VerifyReport verify(Store store, Optional<BackupId> backup) {
    return verify(store, Integer.MAX_VALUE, new TreeSet<>(), backup).orElseThrow();
  }

  /** Empty when it was broken off behind so many calls. */
  private Optional<VerifyReport> verify(
      Store store, int calls, Set<String> opened, Optional<BackupId> backup) {
    Breaking breaking = new Breaking(store);
    Repository repository = Damaged.open(breaking.proxy());
    var cluster = repository.cluster("c");
    Checked checked = Checked.in(cluster, place, backup, clock);
    breaking.left.set(calls);
    breaking.opened.clear();
    try {
      return Optional.of(
          new Verifier(repository, cluster, checked)
              .run(new VerifyRequest(backup, Depth.READ, 1), _ -> {}));
    } catch (Failure e) {
      assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNREACHABLE);
      return Optional.empty();
    } finally {
      opened.addAll(breaking.opened);
    }
  }

  private static VerifyReport atOnce(Store store) {
    Repository repository = Damaged.open(store);
    return new Verifier(repository, repository.cluster("c"))
        .run(new VerifyRequest(Optional.empty(), Depth.READ, 1), _ -> {});
  }

  private List<String> kept() {
    return Damaged.keys(place, "");
  }

  private void clear() {
    kept().forEach(key -> place.delete(ObjectKey.of(key)));
  }

  /** Breaks it off at every call in turn; what each resumed run took over at most. */
  private Checked.TakenOver brokenOffAnywhere(Store store) {
    VerifyReport expected = atOnce(store);
    Checked.TakenOver most = Checked.TakenOver.NOTHING;
    for (int calls = 0; ; calls++) {
      clear();
      Set<String> opened = new TreeSet<>();
      if (verify(store, calls, new TreeSet<>(), Optional.empty()).isPresent()) {
        assertThat(calls).isGreaterThan(40);
        return most;
      }
      VerifyReport resumed =
          verify(store, Integer.MAX_VALUE, opened, Optional.empty()).orElseThrow();
      Checked.TakenOver over = resumed.takenOver();
      assertThat(resumed.with(Checked.TakenOver.NOTHING)).as("at %s", calls).isEqualTo(expected);
      assertThat(kept()).as("it came to its end").isEmpty();
      long packsRead = opened.stream().filter(key -> key.contains("/packs/")).count();
      assertThat(packsRead).as("at %s: %s", calls, opened).isEqualTo(4 - over.packs());
      most =
          new Checked.TakenOver(
              Math.max(most.packs(), over.packs()),
              Math.max(most.packBytes(), over.packBytes()),
              Math.max(most.walBytes(), over.walBytes()),
              over.since());
    }
  }

  @Test
  void ofWhatIsWholeTheRestIsRead() {
    MadeBackups made = new MadeBackups(spool).usual();
    Checked.TakenOver most = brokenOffAnywhere(made.store);
    assertThat(most.packs()).isEqualTo(4);
    assertThat(most.walBytes()).isEqualTo(4L << 20);
  }

  @Test
  void damageFoundBeforeIsToldAgain() {
    MadeBackups made = new MadeBackups(spool).usual();
    String pack = Damaged.keys(made.store, "clusters/c/packs/").get(1);
    Store bad = Damaged.copy(made.store, pack, Damaged.Way.FLIPPED, pack);
    String segment = Damaged.keys(bad, "clusters/c/wal/").get(1);
    bad = Damaged.copy(bad, segment, Damaged.Way.FLIPPED, segment);
    Checked.TakenOver most = brokenOffAnywhere(bad);
    assertThat(most.packs()).isEqualTo(3);
    assertThat(most.walBytes()).isEqualTo(3L << 20);
  }

  /** A file that packs have cut is judged by what was read before and what is read now. */
  @Test
  void aFileInTwoPacksIsToldAgain() {
    MadeBackups made = new MadeBackups(spool);
    made.wrongChecksum = 4;
    Checked.TakenOver most = brokenOffAnywhere(made.usual().store);
    assertThat(most.packs()).as("each of them is whole").isEqualTo(4);
  }

  /** So is a page. */
  @Test
  void aPageInTwoPacksIsToldAgain() {
    MadeBackups made = new MadeBackups(spool);
    made.pages = pages -> damage(pages, 63);
    Checked.TakenOver most = brokenOffAnywhere(made.usual().store);
    assertThat(most.packs()).as("each of them is whole").isEqualTo(4);
    assertThat(atOnce(made.store).findings())
        .extracting(Finding::kind)
        .containsOnly(Finding.Kind.CORRUPT_PAGE);
  }

  /** A page that lies in one pack makes that one be read again. */
  @Test
  void aPageInOnePackIsToldAgain() {
    MadeBackups made = new MadeBackups(spool);
    made.pages = pages -> damage(pages, 7);
    Checked.TakenOver most = brokenOffAnywhere(made.usual().store);
    assertThat(most.packs()).isEqualTo(2);
  }

  private static void damage(byte[] pages, int block) {
    byte[] page = MadeBackups.page(new Random(1), 0x100, block);
    page[4000] ^= 1;
    System.arraycopy(page, 0, pages, block * MadeBackups.PAGE, MadeBackups.PAGE);
  }

  /** A record goes across; its beginning was read before, and its end is not what was written. */
  @Test
  void aRecordThatGoesAcrossIsReadWhole() {
    MadeBackups made = new MadeBackups(spool).usual();
    List<String> segments = Damaged.keys(made.store, "clusters/c/wal/");
    ObjectKey second = ObjectKey.of(segments.get(1));
    byte[] content = made.cluster.get(second, ObjectKind.SEGMENT);
    byte[] trailer = made.cluster.trailer(second, ObjectKind.SEGMENT);
    // behind the long page header, in what goes on of the record that began before
    content[44] ^= 1;
    made.store.delete(second);
    made.cluster.put(second, ObjectKind.SEGMENT, content, trailer);
    VerifyReport expected = atOnce(made.store);
    assertThat(expected.findings()).extracting(Finding::object).contains(second.value());
    Checked.TakenOver most = brokenOffAnywhere(made.store);
    assertThat(most.walBytes()).isGreaterThanOrEqualTo(1L << 20);
  }

  private void breakOffBehindTheBackups(Store store) {
    for (int calls = 0; ; calls++) {
      clear();
      assertThat(verify(store, calls, new TreeSet<>(), Optional.empty())).isEmpty();
      if (kept().stream().filter(key -> key.contains("/wal/")).count() == 2) {
        return;
      }
    }
  }

  @Test
  void onlyTheSameObjectCounts() {
    MadeBackups made = new MadeBackups(spool).usual();
    breakOffBehindTheBackups(made.store);
    ObjectKey pack = ObjectKey.of(Damaged.keys(made.store, "clusters/c/packs/").getFirst());
    byte[] bytes = Damaged.bytes(made.store, pack.value());
    bytes[bytes.length / 2] ^= 1;
    made.store.delete(pack);
    made.store.create(pack, bytes);
    VerifyReport report = verify(made.store, Optional.empty());
    assertThat(report.findings()).extracting(Finding::object).contains(pack.value());
    assertThat(report.takenOver().packs()).isEqualTo(3);
  }

  /** A copying that keeps times gives another object the time of the first. */
  @Test
  void anotherObjectOfTheSameSizeAndTimeDoesNotCount() {
    MadeBackups made = new MadeBackups(spool).usual();
    breakOffBehindTheBackups(made.store);
    ObjectKey segment = ObjectKey.of(Damaged.keys(made.store, "clusters/c/wal/").getFirst());
    ObjectInfo before = made.store.stat(segment).orElseThrow();
    byte[] bytes = Damaged.bytes(made.store, segment.value());
    bytes[40] ^= 1; // of its salt
    made.store.delete(segment);
    made.store.create(segment, bytes);
    Store sameTime = withTime(made.store, before);
    VerifyReport report = verify(sameTime, Optional.empty());
    assertThat(report.findings()).extracting(Finding::object).contains(segment.value());
  }

  private static Store withTime(Store store, ObjectInfo info) {
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (_, method, arguments) ->
                method.getName().equals("stat") && info.key().equals(arguments[0])
                    ? Optional.of(info)
                    : method.invoke(store, arguments));
  }

  @Test
  void itCountsForSomeDaysOfTheSameExtentAndNotOnceItIsForgotten() {
    MadeBackups made = new MadeBackups(spool).usual();
    breakOffBehindTheBackups(made.store);
    List<String> after = new ArrayList<>(kept());
    assertThat(verify(made.store, Optional.of(MadeBackups.SECOND)).takenOver())
        .as("another extent")
        .isEqualTo(Checked.TakenOver.NOTHING);
    assertThat(kept()).isEqualTo(after);
    now = now.plus(Checked.LIMIT).plus(Duration.ofSeconds(1));
    assertThat(verify(made.store, Optional.empty()).takenOver())
        .as("long ago")
        .isEqualTo(Checked.TakenOver.NOTHING);

    now = Instant.now().plusSeconds(3600);
    breakOffBehindTheBackups(made.store);
    now = now.minus(Duration.ofMinutes(1));
    assertThat(verify(made.store, Optional.empty()).takenOver())
        .as("in the future, by a clock that was set back")
        .isEqualTo(Checked.TakenOver.NOTHING);

    breakOffBehindTheBackups(made.store);
    Checked.in(made.cluster, place, Optional.empty(), clock).forget();
    assertThat(kept()).isEmpty();
  }

  /** What somebody without the key has put there or changed is not believed. */
  @Test
  void whatIsKeptIsSealed() {
    MadeBackups made = new MadeBackups(spool).usual();
    breakOffBehindTheBackups(made.store);
    for (String key : kept()) {
      byte[] bytes = Damaged.bytes(place, key);
      bytes[bytes.length / 2] ^= 1;
      place.delete(ObjectKey.of(key));
      place.create(ObjectKey.of(key), bytes);
    }
    VerifyReport report = verify(made.store, Optional.empty());
    assertThat(report.takenOver()).isEqualTo(Checked.TakenOver.NOTHING);
    assertThat(report.isWhole()).isTrue();
  }
}
