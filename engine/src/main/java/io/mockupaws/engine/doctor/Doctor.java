package io.mockupaws.engine.doctor;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.cluster.ServerFacts;
import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.cluster.WalProduction;
import io.mockupaws.engine.doctor.DoctorRequest.ClusterSettings;
import io.mockupaws.engine.journal.Arrivals;
import io.mockupaws.engine.journal.Behind;
import io.mockupaws.engine.repository.ClusterRepository;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Looks at everything. What cannot be looked at is told so, and stops nothing else. */
public final class Doctor {
  private static final Duration HISTORY = Duration.ofDays(1);

  private final DoctorRequest request;
  private final InstantSource clock;
  private final SecureRandom random;
  private final List<Check> checks = new ArrayList<>();

  public Doctor(DoctorRequest request, InstantSource clock, SecureRandom random) {
    this.request = request;
    this.clock = clock;
    this.random = random;
  }

  /** Every check, in the order an operator would look. Does not throw a Failure. */
  public List<Check> run() {
    checks.add(
        request
            .configuration()
            .map(f -> Check.failed("configuration", f))
            .orElse(Check.ok("configuration", "is without mistakes")));
    checks.add(HostChecks.zone(request.zone()));
    // The server first: what it had then is what the repository must have by now.
    ServerLook look = look();
    Optional<AllStoresChecks> stores =
        request.store().map(s -> new AllStoresChecks(s, request.purpose(), clock));
    checks.addAll(
        stores
            .map(all -> all.run(request.key(), random))
            .orElseGet(() -> StoreChecks.unset(request.purpose())));
    RepositoryChecks repository = new RepositoryChecks();
    checks.addAll(repository.run(request.store(), request.key(), random, request.choose()));
    stores.ifPresent(all -> checks.addAll(all.compare(repository.repository())));
    checks.add(
        RestoreChecks.binaries(
            request.purpose(), request.binaries(), major(look, repository.cluster())));
    checks.add(RestoreChecks.clientPrograms(request.binaries(), major(look, repository.cluster())));
    switch (request.purpose()) {
      case PROTECT ->
          protect(
              look, repository, stores.map(AllStoresChecks::pace).orElse(OptionalDouble.empty()));
      case RESTORE ->
          checks.addAll(
              RestoreChecks.target(
                  repository.cluster(), request.target(), request.binaries(), clock));
    }
    return List.copyOf(checks);
  }

  private ServerLook look() {
    return request
        .serverMistake()
        .map(mistake -> ServerLook.unreachable(mistake, clock.instant()))
        .orElseGet(
            () ->
                request
                    .server()
                    .map(address -> ServerLook.at(address, clock))
                    .orElseGet(() -> ServerLook.unreachable(unset(), clock.instant())));
  }

  private static Failure unset() {
    return new Failure(
        ErrorCode.MISSING_SETTING,
        "no server is set",
        "set DATABASE_URL=postgresql://user:password@host:5432/dbname");
  }

  private static OptionalInt major(ServerLook look, Optional<ClusterRepository> cluster) {
    return look.facts()
        .map(ServerFacts::major)
        .or(() -> cluster.map(c -> c.identity().serverMajor()))
        .map(OptionalInt::of)
        .orElse(OptionalInt.empty());
  }

  private void protect(ServerLook look, RepositoryChecks repository, OptionalDouble pace) {
    Optional<String> name = repository.cluster().map(c -> c.identity().name());
    ClusterSettings settings = request.settings().apply(name);
    Optional<Long> identifier = repository.cluster().map(c -> c.identity().systemIdentifier());
    if (!settings.streams()) {
      checks.addAll(new ServerChecks(look).byDumps(request.server(), settings.slot(), identifier));
      checks.add(HostChecks.spoolWrite(request.spool()));
      checks.addAll(ClockChecks.of(Path.of("/")));
      checks.add(WalChecks.dumps(settings.rpo(), settings.betweenDumps()));
      return;
    }
    checks.addAll(new ServerChecks(look).run(request.server(), settings.slot(), identifier));
    Optional<Arrivals> arrivals = repository.cluster().flatMap(this::arrivals);
    OptionalDouble production = WalChecks.production(look, later(look), arrivals);
    checks.add(HostChecks.spoolWrite(request.spool()));
    checks.add(HostChecks.spoolSpace(request.spool(), production));
    checks.addAll(ClockChecks.of(Path.of("/")));
    checks.add(WalChecks.carry(production, pace));
    Optional<Behind> lag = WalChecks.lag(look, repository);
    checks.add(
        WalChecks.rpo(
            settings.rpo(),
            request.tail(),
            look.failure().isPresent()
                ? Optional.empty()
                : WalChecks.streaming(request.server(), settings.slot()),
            lag,
            look.facts(),
            arrivals,
            clock.instant()));
  }

  private Optional<Arrivals> arrivals(ClusterRepository cluster) {
    try {
      return Optional.of(Arrivals.since(cluster, clock.instant().minus(HISTORY)));
    } catch (Failure e) {
      return Optional.empty();
    }
  }

  private Optional<WalProduction> later(ServerLook look) {
    if (look.wal().isEmpty() || request.server().isEmpty()) {
      return Optional.empty();
    }
    try (ServerSession session = ServerSession.open(request.server().get())) {
      return Optional.of(WalProduction.read(session));
    } catch (Failure e) {
      return Optional.empty();
    }
  }
}
