package io.mockupaws.engine.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.engine.doctor.Check.State;
import io.mockupaws.engine.doctor.FaultyPlace.Fault;
import io.mockupaws.store.Store;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each right on a store that is missing is told by the check that used it, and by no other. */
class StoreChecksTest {

  @Test
  void aGoodStoreIsFineAndKeepsNothingOfTheCheck() {
    FaultyPlace store = new FaultyPlace();
    StoreChecks checks = new StoreChecks(store, Purpose.PROTECT, InstantSource.system());

    assertThat(checks.run()).allMatch(check -> check.state() == State.OK);
    assertThat(checks.pace()).isPresent();
    assertThat(store.objects()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "NO_CREATE, store.create",
    "OVERWRITES, store.create-if-absent",
    "NO_LIST, store.list",
    "WRONG_RANGE, store.range",
    "NO_UPLOAD, store.multipart",
    "CLOCK_FAR_BEHIND, clock.store",
  })
  void oneMissingRightFailsOneCheck(Fault fault, String id) {
    FaultyPlace store = new FaultyPlace(fault);

    List<Check> checks = protect(store);

    assertThat(checks)
        .filteredOn(check -> check.state() == State.FAILED)
        .extracting(Check::id)
        .containsExactly(id);
    assertThat(find(checks, id).next()).isNotEmpty();
    assertThat(new FaultyPlace().objects()).isZero();
  }

  @Test
  void whatCannotBeReadAgainIsTold() {
    List<Check> checks = protect(new FaultyPlace(Fault.NO_READ));

    assertThat(checks)
        .filteredOn(check -> check.state() == State.FAILED)
        .extracting(Check::id)
        .containsExactly("store.create-if-absent", "store.read", "store.range");
  }

  @Test
  void whatCannotBeRemovedIsNamed() {
    FaultyPlace store = new FaultyPlace(Fault.NO_DELETE);

    Check check = find(protect(store), "store.delete");

    assertThat(check.state()).isEqualTo(State.FAILED);
    assertThat(check.code()).isEqualTo(Optional.of(ErrorCode.STORE_DENIED));
    assertThat(check.what()).contains("left behind by this check: [probe/");
    assertThat(store.objects()).isEqualTo(2);
  }

  @Test
  void aClockThatIsOffALittleIsAWarning() {
    Check check = find(protect(new FaultyPlace(Fault.CLOCK_AHEAD)), "clock.store");

    assertThat(check.state()).isEqualTo(State.WARNING);
    assertThat(check.what()).contains("ahead of");
  }

  @Test
  void aStoreThatIsAwayLeavesTheRestUntold() {
    List<Check> checks = protect(new FaultyPlace(Fault.AWAY));

    assertThat(find(checks, "store.reach").code())
        .isEqualTo(Optional.of(ErrorCode.STORE_UNREACHABLE));
    assertThat(checks).hasSize(9);
    assertThat(checks.subList(1, 9)).allMatch(check -> check.state() == State.UNKNOWN);
  }

  @Test
  void forARestoreNothingIsWritten() {
    FaultyPlace store = new FaultyPlace(Fault.NO_UPLOAD, Fault.NO_DELETE);
    store.create(ObjectKey.of("repository"), new byte[100]);

    List<Check> checks = new StoreChecks(store, Purpose.RESTORE, InstantSource.system()).run();

    assertThat(checks)
        .extracting(Check::id)
        .containsExactly("store.reach", "store.list", "store.read", "store.range");
    assertThat(checks).allMatch(check -> check.state() == State.OK);
    assertThat(store.objects()).isEqualTo(1);
  }

  /** A lock that is not there must show before anybody relies on it. */
  @Test
  void aLockIsTriedWhereTheAddressAsksForOne() {
    assertThat(protect(new FaultyPlace())).extracting(Check::id).doesNotContain("store.lock");
    assertThat(find(protect(new LockingPlace(Optional.empty())), "store.lock").state())
        .isEqualTo(State.OK);
    for (ErrorCode code : List.of(ErrorCode.STORE_NOT_LOCKED, ErrorCode.STORE_DENIED)) {
      Check check = find(protect(new LockingPlace(Optional.of(code))), "store.lock");
      assertThat(check.state()).isEqualTo(State.FAILED);
      assertThat(check.code()).contains(code);
      assertThat(check.next()).isNotEmpty();
    }
  }

  /** It would lock each lease and each piece of the tail, too. */
  @Test
  void aBucketThatLocksUnaskedIsTold() {
    Instant until = Instant.parse("2026-05-08T00:00:00Z");
    Check check =
        find(protect(new LockingPlace(Optional.empty(), Optional.of(until))), "store.default-lock");
    assertThat(check.state()).isEqualTo(State.WARNING);
    assertThat(check.what()).contains(until.toString());
    assertThat(check.next()).contains("default retention");
    assertThat(find(protect(new LockingPlace(Optional.empty())), "store.default-lock").state())
        .isEqualTo(State.OK);
  }

  private static List<Check> protect(Store store) {
    return new StoreChecks(store, Purpose.PROTECT, InstantSource.system()).run();
  }

  private static Check find(List<Check> checks, String id) {
    return checks.stream().filter(check -> check.id().equals(id)).findFirst().orElseThrow();
  }
}
