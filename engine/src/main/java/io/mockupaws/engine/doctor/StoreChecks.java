package io.mockupaws.engine.doctor;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.store.CreateOutcome;
import io.mockupaws.store.Locks;
import io.mockupaws.store.ObjectInfo;
import io.mockupaws.store.Store;
import io.mockupaws.store.Upload;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * A store: each right by really using it, on objects under {@code probe/} that are removed again,
 * and its clock and its pace from the same objects.
 */
final class StoreChecks {
  private static final ObjectKey MARK = ObjectKey.of("repository");
  private static final int SMALL = 3000;

  private static final List<String> READING = List.of("store.list", "store.read", "store.range");
  private static final List<String> WRITING =
      List.of(
          "store.create",
          "store.create-if-absent",
          "store.multipart",
          "store.delete",
          "clock.store");

  private final Store store;
  private final Purpose purpose;
  private final InstantSource clock;
  private final byte[] content = new byte[SMALL];
  private final List<Check> checks = new ArrayList<>();
  private final List<ObjectKey> made = new ArrayList<>();
  private OptionalDouble pace = OptionalDouble.empty();

  StoreChecks(Store store, Purpose purpose, InstantSource clock) {
    this.store = store;
    this.purpose = purpose;
    this.clock = clock;
    new Random(7).nextBytes(content);
  }

  /** What is said of a store that is not set. */
  static List<Check> unset(Purpose purpose) {
    List<Check> checks = new ArrayList<>();
    checks.add(
        Check.failed(
            "store.reach",
            "no repository is set",
            "set BACKUP_REPOSITORY to file:///path or s3://bucket/prefix, or BACKUP_BUCKET"));
    ids(purpose).forEach(id -> checks.add(Check.unknown(id, "no repository is set")));
    return checks;
  }

  private static List<String> ids(Purpose purpose) {
    List<String> ids = new ArrayList<>(READING);
    if (purpose == Purpose.PROTECT) {
      ids.addAll(WRITING);
    }
    return ids;
  }

  /** Bytes a second that one upload took; empty before {@link #run} and where it failed. */
  OptionalDouble pace() {
    return pace;
  }

  List<Check> run() {
    Optional<Failure> listing = attempt(() -> store.list("", "", 1));
    if (listing.filter(StoreChecks::isAway).isPresent()) {
      checks.add(Check.failed("store.reach", listing.get()));
      ids(purpose)
          .forEach(
              id -> checks.add(Check.unknown(id, "the store cannot be used, see store.reach")));
      return checks;
    }
    checks.add(Check.ok("store.reach", store.address() + " answers and knows us"));
    checks.add(
        listing
            .map(f -> Check.failed("store.list", f))
            .orElse(Check.ok("store.list", "objects can be listed")));
    switch (purpose) {
      case PROTECT -> protect();
      case RESTORE -> read(MARK);
    }
    return checks;
  }

  private static boolean isAway(Failure failure) {
    return switch (failure.code()) {
      case STORE_UNREACHABLE, STORE_NO_BUCKET, STORE_CREDENTIALS -> true;
      default -> false;
    };
  }

  private void protect() {
    ObjectKey key = probe();
    Instant before = clock.instant();
    Optional<Failure> creation =
        demand(
            () -> {
              made.add(key);
              return store.create(key, content) == CreateOutcome.CREATED;
            },
            "a key that was never used counts as taken");
    Instant after = clock.instant();
    add("store.create", creation, "objects can be created");
    if (creation.isEmpty()) {
      createAgain(key);
      read(key);
      clock(key, before, after);
      store.locks().ifPresent(locks -> lockedUnasked(locks, key));
    } else {
      checks.add(Check.unknown("store.create-if-absent", "nothing can be created"));
      read(MARK);
      checks.add(Check.unknown("clock.store", "nothing can be created, see store.create"));
    }
    multipart();
    StoreSpace.of(store.address()).ifPresent(checks::add);
    store
        .locks()
        .ifPresent(
            locks ->
                add(
                    "store.lock",
                    attempt(locks::prove),
                    "what a recovery needs is locked, now until " + locks.until(clock.instant())));
    delete();
  }

  /** A default of the bucket's holds for what normal work removes within seconds, too. */
  private void lockedUnasked(Locks locks, ObjectKey key) {
    String id = "store.default-lock";
    try {
      checks.add(
          locks
              .lockedUnasked(key)
              .map(
                  until ->
                      Check.warning(
                          id,
                          "the bucket locks by itself what is given no lock, now until "
                              + until
                              + ": each lease and each piece of the tail takes space until then",
                          "take its default retention away: aws s3api"
                              + " put-object-lock-configuration --bucket BUCKET"
                              + " --object-lock-configuration ObjectLockEnabled=Enabled"))
              .orElse(Check.ok(id, "what is given no lock is not locked")));
    } catch (Failure e) {
      checks.add(Check.unknown(id, e.what()));
    }
  }

  private static ObjectKey probe() {
    return ObjectKey.of("probe/" + UUID.randomUUID());
  }

  private void createAgain(ObjectKey key) {
    byte[] other = content.clone();
    other[0] ^= 1;
    add(
        "store.create-if-absent",
        demand(
            () ->
                store.create(key, other) == CreateOutcome.EXISTS
                    && Arrays.equals(store.read(key, 0, SMALL), content),
            "a second creation of one key was accepted: objects would be overwritten"),
        "a key that exists is never overwritten");
  }

  private void read(ObjectKey key) {
    boolean ours = !key.equals(MARK);
    Optional<Failure> reading =
        demand(
            () -> {
              byte[] all = store.read(key, 0, 1 << 16);
              return all.length > 0 && (!ours || Arrays.equals(all, content));
            },
            "the bytes read are not those that were written");
    Optional<Failure> range =
        demand(
            () -> {
              byte[] part = store.read(key, 10, 20);
              return part.length == 20
                  && (!ours || Arrays.equals(part, Arrays.copyOfRange(content, 10, 30)));
            },
            "a part of an object was asked for, and other bytes came");
    if (!ours && reading.filter(f -> f.code() == ErrorCode.OBJECT_MISSING).isPresent()) {
      checks.add(Check.unknown("store.read", "there is no object to read"));
      checks.add(Check.unknown("store.range", "there is no object to read"));
      return;
    }
    add("store.read", reading, "objects can be read");
    add("store.range", range, "parts of objects can be read");
  }

  /**
   * The store's clock against ours: what it notes as the object's time lies between the moments
   * before and after its creation, which some stores cut to whole seconds.
   */
  private void clock(ObjectKey key, Instant before, Instant after) {
    Optional<ObjectInfo> info;
    try {
      info = store.stat(key);
    } catch (Failure e) {
      checks.add(Check.unknown("clock.store", "its time cannot be read: " + e.what()));
      return;
    }
    checks.add(
        info.map(i -> Clocks.check("clock.store", "the store", i.modified(), before, after))
            .orElse(Check.unknown("clock.store", "the object just made is not there")));
  }

  private void multipart() {
    ObjectKey key = probe();
    byte[] part = new byte[store.partSize()];
    new Random(8).nextBytes(part);
    long began = System.nanoTime();
    Optional<Failure> failure =
        demand(
            () -> {
              made.add(key);
              try (Upload upload = store.upload(key)) {
                upload.part(ByteBuffer.wrap(part));
                upload.part(ByteBuffer.wrap(content));
                return upload.commit() == CreateOutcome.CREATED;
              }
            },
            "a key that was never used counts as taken");
    double seconds = Math.max(1e-6, (System.nanoTime() - began) / 1e9);
    if (failure.isEmpty()) {
      pace = OptionalDouble.of((part.length + SMALL) / seconds);
      failure =
          demand(
              () -> store.stat(key).filter(i -> i.size() == part.length + (long) SMALL).isPresent(),
              "the object has another size than what was uploaded");
    }
    add(
        "store.multipart",
        failure,
        "large objects can be uploaded in parts"
            + (pace.isPresent() ? ", at " + Amount.rate(pace.getAsDouble()) : ""));
  }

  private void delete() {
    List<ObjectKey> left = new ArrayList<>();
    Optional<Failure> failure = Optional.empty();
    for (ObjectKey key : made) {
      Optional<Failure> fault =
          demand(
              () -> {
                store.delete(key);
                return store.stat(key).isEmpty();
              },
              "an object just deleted is still there");
      if (fault.isPresent()) {
        failure = fault;
        left.add(key);
      }
    }
    if (failure.isPresent()) {
      Failure fault = failure.get();
      checks.add(
          new Check(
              "store.delete",
              Check.State.FAILED,
              fault.what() + "; left behind by this check: " + left,
              fault.nextStep(),
              Optional.of(fault.code())));
    } else {
      checks.add(
          Check.ok("store.delete", "the " + made.size() + " objects of this check were removed"));
    }
  }

  private void add(String id, Optional<Failure> failure, String fine) {
    checks.add(failure.map(f -> Check.failed(id, f)).orElseGet(() -> Check.ok(id, fine)));
  }

  private Optional<Failure> demand(Supplier<Boolean> use, String otherwise) {
    try {
      return use.get()
          ? Optional.empty()
          : Optional.of(
              new Failure(
                  ErrorCode.STORE_CONFLICT,
                  "the store " + store.address() + " does not keep its promise: " + otherwise,
                  "use a store that creates only what is absent and gives back what it was given"));
    } catch (Failure e) {
      return Optional.of(e);
    }
  }

  private static Optional<Failure> attempt(Runnable use) {
    try {
      use.run();
      return Optional.empty();
    } catch (Failure e) {
      return Optional.of(e);
    }
  }
}
