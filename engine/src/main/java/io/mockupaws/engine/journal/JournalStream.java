package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.replication.CatchUp;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Lease;
import io.mockupaws.engine.repository.LeaseRole;
import io.mockupaws.engine.repository.Standing;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Streams the WAL of a server into a repository until it is closed. It connects again by itself
 * when the server or the network was away, and begins where an earlier process left off.
 *
 * <p>Threads: one receives and answers the server and does nothing else; one writes the spool; one
 * writes the tail; some finish segments; none waits for another's disk or network but through
 * {@link Line}. They are never interrupted.
 */
public final class JournalStream implements DurableJournal, AutoCloseable {
  /** So long nothing may move while it ends: together below ten seconds. */
  private static final Duration RECEIVING = Duration.ofMillis(1500);

  private static final Duration STORING = Duration.ofSeconds(5);
  private static final Duration LETTING_GO = Duration.ofSeconds(1);

  private final StreamParts parts;
  private final Lease lease;
  private final SpoolLock lock;
  private final Spool spool;
  private final TailWriter tail;
  private final Heal heal;
  private final CatchUp catchUp;
  private final DiskWatch disk;
  private final List<Thread> receiving = new ArrayList<>();
  private final List<Thread> storing = new ArrayList<>();
  private final Retry retry = new Retry(Duration.ofMillis(200), Duration.ofSeconds(10));
  private volatile Optional<StreamSession> session = Optional.empty();
  private final AtomicInteger connections = new AtomicInteger();
  private volatile boolean waiting;
  private volatile boolean closed;

  private JournalStream(
      StreamParts parts, Held held, Uploads uploads, InstantSource clock, String repositoryId) {
    this.parts = parts;
    this.lease = held.lease();
    this.lock = held.lock();
    this.spool = held.spool();
    this.tail =
        new TailWriter(
            parts.line(),
            parts.intake(),
            uploads,
            parts.control(),
            parts.settings().tailInterval(),
            clock);
    this.heal = new Heal(parts, uploads, repositoryId);
    this.catchUp = CatchUp.start(parts.repository());
    this.disk = new DiskWatch(parts, this::jump);
  }

  /** The receiver may be waiting for nothing but room. */
  private void jump() {
    session.ifPresent(StreamSession::close);
  }

  /**
   * Starts to stream.
   *
   * @param repositoryId names the spool directory together with the cluster
   * @param leaseWait how long another writer of this cluster may take to let go
   * @throws Failure LEASE_HELD, also by another stream in the same spool directory; LOCAL_FILE when
   *     the spool cannot be used; what reading the repository fails with
   */
  public static JournalStream start(
      String repositoryId,
      ClusterRepository repository,
      WalServer server,
      JournalSettings settings,
      InstantSource clock,
      Duration leaseWait) {
    Lease lease = repository.acquireLease(LeaseRole.JOURNAL, leaseWait);
    try {
      return started(repositoryId, repository, server, settings, clock, lease);
    } catch (RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  private static JournalStream started(
      String repositoryId,
      ClusterRepository repository,
      WalServer server,
      JournalSettings settings,
      InstantSource clock,
      Lease lease) {
    int segmentSize = repository.identity().walSegmentSize();
    Spool spool =
        new Spool(settings.spool(), repositoryId, repository.identity().name(), segmentSize);
    SpoolLock lock = spool.lock();
    spool.reserve();
    try {
      return started(
          repositoryId, repository, server, settings, clock, new Held(lease, lock, spool));
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** What keeps others away from the repository and from the spool. */
  private record Held(Lease lease, SpoolLock lock, Spool spool) {}

  private static JournalStream started(
      String repositoryId,
      ClusterRepository repository,
      WalServer server,
      JournalSettings settings,
      InstantSource clock,
      Held held) {
    Spool spool = held.spool();
    int segmentSize = repository.identity().walSegmentSize();
    Line line = new Line();
    StreamControl control = new StreamControl(line);
    HoleBook holes = new HoleBook(repository, held.lease(), line, control, spool, clock);
    List<Hole> notes = spool.notes();
    holes.resume(notes);
    KnownSegments known = new KnownSegments(repository, line);
    Intake intake = new Intake(spool, line, known, segmentSize, holes::add);
    Journal journal = new Journal(repository);
    JournalView view = journal.view().with(notes);
    if (settings.onDamage() == JournalSettings.OnDamage.HOLD) {
      view.newestTimeline().ifPresent(to -> holes.holdFromBefore(broken(journal, view, to)));
    }
    new Resume(journal, spool, line, intake, known).run(view);
    StreamParts parts =
        new StreamParts(
            repository,
            server,
            settings,
            line,
            intake,
            new ReceiveBuffer(intake, line, control, settings.spoolLimit()),
            spool,
            holes,
            new Shedding(settings, line, control, holes, notes),
            control,
            new Histories(repository),
            new AllStores(repository.standing()));
    Uploads uploads = new Uploads(repository, held.lease());
    JournalStream stream = new JournalStream(parts, held, uploads, clock, repositoryId);
    stream.run(uploads, clock);
    return stream;
  }

  private static List<Hole> broken(Journal journal, JournalView view, Timeline timeline) {
    return journal.uncovered(view, timeline).stream()
        .filter(hole -> hole.kind() == Hole.Kind.DAMAGED)
        .toList();
  }

  private void run(Uploads uploads, InstantSource clock) {
    Line line = parts.line();
    StreamControl control = parts.control();
    storing.add(platform("journal-tail", tail));
    storing.add(
        platform(
            "journal-finish",
            new SegmentFinisher(line, uploads, control, parts.settings().uploads())));
    storing.add(platform("journal-holes", parts.holes()));
    if (parts.settings().durability() == JournalSettings.Durability.SPOOL) {
      storing.add(platform("journal-sync", new SpoolSync(line, spool, control)));
    }
    storing.add(platform("journal-intake", parts.buffer()));
    desk(clock).ifPresent(desk -> receiving.add(platform("journal-desk", desk)));
    receiving.add(platform("journal-receive", this::receive));
    receiving.add(platform("journal-disk", disk));
    receiving.add(
        platform(
            "journal-keep",
            new Housekeeping(parts.repository(), lease, line, control, () -> session, this::heal)));
  }

  /** None where its directory cannot be made: then {@code wal push} goes alone, and waits. */
  private Optional<Desk> desk(InstantSource clock) {
    ClusterRepository repository = parts.repository();
    Deliveries deliveries =
        new Deliveries(repository, lease, clock, parts.settings().onDamage(), parts.line());
    try {
      return Optional.of(
          new Desk(
              parts.settings().spool(),
              repository.identity().systemIdentifier(),
              repository.store().address() + "\n" + repository.identity().name(),
              parts.control(),
              new HandedIn(parts, deliveries),
              clock));
    } catch (IOException e) {
      return Optional.empty();
    } catch (Failure e) {
      if (e.code() != ErrorCode.LEASE_HELD) {
        throw e;
      }
      return Optional.empty(); // another life of the cluster has it
    }
  }

  private void heal() {
    if (parts.control().isOpen() && parts.intake().isCompared()) {
      heal.look();
    }
  }

  private Thread platform(String name, Runnable work) {
    return Thread.ofPlatform()
        .daemon()
        .name(name)
        .start(
            () -> {
              try {
                work.run();
              } catch (Failure e) {
                parts.control().fail(e);
              } catch (RuntimeException | Error e) {
                parts.control().fail(Uploads.unexpected(e));
              }
            });
  }

  private void receive() {
    StreamControl control = parts.control();
    while (!control.isClosing()) {
      try {
        connect();
        retry.succeeded();
      } catch (Failure e) {
        failed(e);
      } catch (RuntimeException e) {
        failed(Uploads.unexpected(e));
      }
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // written by this thread alone
  private void connect() {
    waiting = false;
    try (StreamSession next = new StreamSession(parts)) {
      connections.incrementAndGet();
      session = Optional.of(next);
      heal.connected();
      next.run();
    } finally {
      session = Optional.empty();
    }
  }

  private void failed(Failure e) {
    StreamControl control = parts.control();
    if (isFinal(e)) {
      control.fail(e);
      return;
    }
    if (parts.intake().isCompared()) {
      retry.succeeded();
    }
    control.serverError(e);
    control.openAlone();
    waiting = true;
    parts.line().await(control::isClosing, retry.failed());
  }

  /**
   * What no further attempt can mend. Rights and logins only matter before the first connection.
   */
  private boolean isFinal(Failure e) {
    return switch (e.code()) {
      case OTHER_LIFE, FOREIGN_CLUSTER, SERVER_CHANGED, SERVER_VERSION, LEASE_LOST -> true;
      case SERVER_LOGIN, SERVER_RIGHTS, SERVER_SETTING, SERVER_POOLED, SLOT ->
          connections.get() == 0;
      default -> false;
    };
  }

  /** How it stands. */
  public StreamState state() {
    Line.Positions positions = parts.line().positions();
    Optional<Receiver> receiver = session.flatMap(StreamSession::receiver);
    Lsn stored = lsn(positions.stored());
    Lsn received = receiver.map(Receiver::received).orElse(lsn(positions.written()));
    Lsn serverEnd = Lsn.max(received, receiver.map(Receiver::serverEnd).orElse(Lsn.ZERO));
    Optional<Timeline> timeline = positions.written().map(Position::timeline);
    StreamState.Phase phase = phase(receiver);
    return new StreamState(
        phase,
        timeline,
        received,
        timeline.map(new DurablePosition(parts)::on).orElse(Lsn.ZERO),
        stored,
        serverEnd,
        stored.equals(Lsn.ZERO) ? 0 : Math.max(0, serverEnd.minus(stored)),
        Duration.ofNanos(parts.line().lagNanos(System.nanoTime())),
        parts.line().spooledBytes(),
        tail.lastUpload(),
        parts
            .control()
            .fatal()
            .or(() -> parts.control().lastError(phase == StreamState.Phase.STREAMING)),
        connections.get(),
        parts.holes().holes(),
        parts.control().isSynchronous(),
        stores(),
        disk.disk(),
        parts.shedding().count(),
        parts.holes().unrecordedCount(),
        parts.control().unsummarised(),
        parts.line().unstoredBytes());
  }

  /**
   * The holes on the way to where it streams that have no backup behind them, this process's and
   * earlier ones'. Where nothing behind a broken record is acknowledged, those that have one are
   * let go of.
   *
   * @throws Failure of the store
   */
  public List<Hole> uncoveredHoles() {
    Optional<Timeline> timeline = parts.line().positions().written().map(Position::timeline);
    if (timeline.isEmpty()) {
      return List.of();
    }
    List<Hole> held = parts.holes().heldHoles();
    Journal journal = new Journal(parts.repository());
    List<Hole> uncovered = journal.uncovered(journal.view(), timeline.get());
    parts.holes().covered(held.stream().filter(hole -> isNoneOf(uncovered, hole)).toList());
    return uncovered;
  }

  private static boolean isNoneOf(List<Hole> holes, Hole hole) {
    return holes.stream()
        .noneMatch(
            one -> one.timeline().equals(hole.timeline()) && one.touches(hole.from(), hole.to()));
  }

  private List<StreamState.OfStore> stores() {
    Standing standing = parts.repository().standing();
    return parts.repository().store().members().stream()
        .map(
            member ->
                new StreamState.OfStore(
                    member.address(),
                    member.away().map(fault -> fault),
                    member.conflict(),
                    standing.isWhole(Standing.Part.ALL, member)))
        .toList();
  }

  private static Lsn lsn(Optional<Position> position) {
    return position.map(Position::lsn).orElse(Lsn.ZERO);
  }

  private StreamState.Phase phase(Optional<Receiver> receiver) {
    if (parts.control().fatal().isPresent()) {
      return StreamState.Phase.FAILED;
    }
    if (closed) {
      return StreamState.Phase.STOPPED;
    }
    if (receiver.isPresent()) {
      return parts.intake().isCompared()
          ? StreamState.Phase.STREAMING
          : StreamState.Phase.COMPARING;
    }
    return waiting ? StreamState.Phase.WAITING : StreamState.Phase.CONNECTING;
  }

  /**
   * Waits until WAL streams from a server that was compared: what the server writes from now on
   * will come in.
   *
   * @return up to where WAL has come in
   * @throws Failure what keeps it from streaming, when that is final or the time is over
   */
  public Position awaitStreaming(Duration timeout, BooleanSupplier cancelled) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      StreamState state = state();
      if (state.phase() == StreamState.Phase.STREAMING && parts.intake().end().isPresent()) {
        return parts.intake().end().get();
      }
      check(cancelled);
      if (System.nanoTime() - deadline >= 0) {
        throw state
            .lastError()
            .orElseGet(() -> timedOut("no WAL came from the server within " + timeout));
      }
      parts.line().await(parts.control()::isOver, Duration.ofMillis(20).toNanos());
    }
  }

  @Override
  public void awaitDurable(
      Timeline timeline, Lsn from, Lsn to, Duration timeout, BooleanSupplier cancelled) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (!isStored(timeline, to)) {
      check(cancelled);
      if (System.nanoTime() - deadline >= 0) {
        throw timedOut(
            "the WAL up to "
                + to
                + " was not in the repository within "
                + timeout
                + state().lastError().map(e -> " (" + e.what() + ")").orElse(""));
      }
      parts
          .line()
          .await(
              () -> isStored(timeline, to) || parts.control().isOver(),
              Duration.ofMillis(100).toNanos());
    }
    new Coverage(parts.repository()).require(timeline, from, to);
  }

  private boolean isStored(Timeline timeline, Lsn to) {
    return parts
        .line()
        .positions()
        .stored()
        .filter(p -> p.timeline().equals(timeline) && !p.lsn().isBefore(to))
        .isPresent();
  }

  private void check(BooleanSupplier cancelled) {
    Optional<Failure> fatal = parts.control().fatal();
    if (fatal.isPresent()) {
      throw fatal.get();
    }
    if (cancelled.getAsBoolean() || parts.control().isClosing()) {
      throw new Failure(
          ErrorCode.BACKUP_INTERRUPTED,
          "waiting for WAL was broken off",
          "Start it again; nothing has to be cleaned up.");
    }
  }

  private static Failure timedOut(String what) {
    return new Failure(
        ErrorCode.WAL_NOT_DURABLE,
        what,
        "See with mockupaws status what the stream waits for, then try again.");
  }

  /**
   * Waits until the stream has ended.
   *
   * @throws Failure what ended it
   */
  public void awaitEnd() {
    receiving.forEach(JournalStream::join);
    Optional<Failure> fatal = parts.control().fatal();
    if (fatal.isPresent()) {
      throw fatal.get();
    }
  }

  /**
   * Stores what was received, tells the server, and lets go. Does not throw. Where server and store
   * are gone it ends within seconds: what is not stored stays in the spool, and {@link #state}
   * tells how much that is.
   */
  @Override
  public void close() {
    parts.control().close();
    joined(receiving, RECEIVING);
    parts.control().stop();
    boolean stored = joined(storing, STORING);
    if (!stored) {
      giveUp();
    }
    List<Thread> last = new ArrayList<>(receiving);
    last.add(aside(heal::close));
    last.add(aside(catchUp::close));
    last.add(aside(stored ? lease::close : lease::leave));
    joined(last, LETTING_GO);
    parts.line().all().forEach(segment -> segment.file.close());
    closed = true;
    lock.close();
  }

  /** Whether all of them ended while something still moved, or shortly after. */
  private boolean joined(List<Thread> threads, Duration quiet) {
    Farewell farewell = new Farewell(quiet, parts.control()::stores, System::nanoTime);
    boolean all = true;
    for (Thread thread : threads) {
      all &= farewell.join(thread);
    }
    return all;
  }

  /** What is left of it in the spool may be the only copy. */
  private void giveUp() {
    parts
        .control()
        .fail(
            new Failure(
                ErrorCode.WAL_NOT_DURABLE,
                "the stream was stopped before all that it received was stored",
                "Start it again on this host: it stores what lies in the spool."));
    session.ifPresent(now -> aside(now::close));
    try {
      spool.force();
      parts.line().all().stream()
          .filter(segment -> segment.unstored() > 0)
          .forEach(segment -> segment.file.force());
    } catch (Failure e) {
      // It is written all the same, and only a crash of this host would take it.
    }
  }

  /** For what may hang; where it fails, the store is away, and the lease ends by itself. */
  private static Thread aside(Runnable last) {
    return Thread.ofVirtual().uncaughtExceptionHandler((thread, failure) -> {}).start(last);
  }

  static void join(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
