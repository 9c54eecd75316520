package io.mockupaws.engine.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.engine.doctor.Check.State;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Store;
import io.mockupaws.store.Stores;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A wrong key is told from damage, and that from no repository and no cluster. */
class RepositoryChecksTest {
  private static final String SECRET = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
  private static final String OTHER = "MTEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

  private final SecureRandom random = new SecureRandom();
  private final Store store = Stores.inMemory();

  @Test
  void aWrongKeyIsNoDamage() {
    make();

    List<Check> checks = run(OTHER);

    assertThat(find(checks, "repository.there").state()).isEqualTo(State.OK);
    assertThat(find(checks, "repository.key").code()).isEqualTo(Optional.of(ErrorCode.WRONG_KEY));
    assertThat(find(checks, "repository.cluster").state()).isEqualTo(State.UNKNOWN);
  }

  @Test
  void aDamagedSlotIsNoWrongKey() {
    make();
    ObjectKey slot = store.list("keys/", "", 1).objects().getFirst().key();
    byte[] bytes = store.read(slot, 0, 1 << 16);
    bytes[bytes.length / 2] ^= 1;
    store.delete(slot);
    store.create(slot, bytes);

    Check check = find(run(SECRET), "repository.there");

    assertThat(check.state()).isEqualTo(State.FAILED);
    assertThat(check.code()).isEqualTo(Optional.of(ErrorCode.DAMAGED_OBJECT));
  }

  /** The one in use opens it; the other would be missed on the day the one in use is lost. */
  @Test
  void aSlotThatIsDamagedBesideOneThatOpensIsNamed() {
    make();
    ObjectKey slot = store.list("keys/", "", 1).objects().getFirst().key();
    byte[] bytes = store.read(slot, 0, 1 << 16);
    assertThat(find(run(SECRET), "repository.slots").state()).isEqualTo(State.OK);
    bytes[bytes.length / 2] ^= 1;
    store.create(ObjectKey.of(slot + "0"), bytes);

    List<Check> checks = run(SECRET);

    assertThat(find(checks, "repository.key").state()).isEqualTo(State.OK);
    assertThat(find(checks, "repository.slots").state()).isEqualTo(State.WARNING);
    assertThat(find(checks, "repository.slots").next()).contains("keys list");
  }

  @Test
  void noRepositoryIsTold() {
    assertThat(find(run(SECRET), "repository.there").code())
        .isEqualTo(Optional.of(ErrorCode.NO_REPOSITORY));
  }

  @Test
  void aMissingKeyIsTold() {
    make();

    List<Check> checks =
        new RepositoryChecks().run(Optional.of(store), Optional.empty(), random, this::choose);

    assertThat(find(checks, "repository.key").code())
        .isEqualTo(Optional.of(ErrorCode.MISSING_SETTING));
  }

  @Test
  void aClusterWithoutBackupIsTold() {
    make();

    Check check = find(run(SECRET), "repository.backup");

    assertThat(check.state()).isEqualTo(State.FAILED);
    assertThat(check.next()).contains("mockupaws backup");
  }

  @Test
  void aClusterThatCannotBeChosenIsTold() {
    make();

    List<Check> checks =
        new RepositoryChecks()
            .run(
                Optional.of(store),
                Optional.of(Secret.of(SECRET)),
                random,
                _ -> {
                  throw new Failure(ErrorCode.UNKNOWN_CLUSTER, "which?", "say which");
                });

    assertThat(find(checks, "repository.cluster").state()).isEqualTo(State.FAILED);
    assertThat(find(checks, "repository.backup").state()).isEqualTo(State.UNKNOWN);
  }

  private void make() {
    Repository.create(store, Optional.of(Secret.of(SECRET)), random)
        .createCluster(new ClusterIdentity("prod", 1, 18, 16 << 20, Instant.EPOCH));
  }

  private List<Check> run(String secret) {
    return new RepositoryChecks()
        .run(Optional.of(store), Optional.of(Secret.of(secret)), random, this::choose);
  }

  private ClusterRepository choose(Repository repository) {
    return repository.cluster("prod");
  }

  private static Check find(List<Check> checks, String id) {
    return checks.stream().filter(check -> check.id().equals(id)).findFirst().orElseThrow();
  }
}
