import io.mockupaws.core.crypto.Secret;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.journal.JournalSettings;
import io.mockupaws.engine.journal.JournalStream;
import io.mockupaws.engine.journal.PgWalServer;
import io.mockupaws.engine.repository.ClusterIdentity;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreAddress;
import io.mockupaws.store.StoreOptions;
import io.mockupaws.store.Stores;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Measures how long a commit that was acknowledged takes until it is durable in the repository: a
 * real PostgreSQL, a directory with fsync, the settings as they are by default. And how old the
 * oldest byte is that was received and is not stored, while four writers commit without pauses.
 * Arguments: how many commits (300), the longest pause between two in milliseconds (200), how long
 * the writers write in seconds (20).
 */
public final class TailLag {
  private TailLag() {}

  public static void main(String[] arguments) throws Exception {
    int commits = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 300;
    int pause = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 200;
    int seconds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 20;
    Path folder = Files.createTempDirectory("mockupaws-bench-");
    try (EmbeddedPostgres server = EmbeddedPostgres.builder(18).start();
        Store store =
            Stores.create(
                StoreAddress.parse("file://" + folder.resolve("repository")), StoreOptions.none());
        JournalStream stream = stream(server, store, folder)) {
      stream.awaitStreaming(Duration.ofMinutes(1), () -> false);
      print("commit acknowledged to durable", measure(server, stream, commits, pause));
      print("age of the oldest unstored byte under load", ages(server, stream, seconds));
    } finally {
      FileTrees.delete(folder);
    }
  }

  private static JournalStream stream(EmbeddedPostgres server, Store store, Path folder) {
    Repository repository =
        Repository.create(
            store, Optional.of(Secret.of("a passphrase of the bench")), new SecureRandom());
    String system;
    try (Sql sql = server.sql("postgres")) {
      system = sql.value("SELECT system_identifier::text FROM pg_control_system()");
    }
    ClusterRepository cluster =
        repository.createCluster(
            new ClusterIdentity(
                "bench", Long.parseUnsignedLong(system), 18, 16 << 20, Instant.now()));
    return JournalStream.start(
        repository.id(),
        cluster,
        new PgWalServer(
            ServerAddress.parse(server.url("postgres"), Map.of()), "bench", InstantSource.system()),
        JournalSettings.of(folder.resolve("spool"), "bench"),
        InstantSource.system(),
        Duration.ofSeconds(10));
  }

  private static double[] measure(
      EmbeddedPostgres server, JournalStream stream, int commits, int pause) throws Exception {
    double[] millis = new double[commits];
    Random random = new Random(1);
    try (Sql sql = server.sql("postgres")) {
      sql.run("CREATE TABLE t (i int, x text)");
      for (int i = 0; i < commits; i++) {
        Thread.sleep(random.nextInt(pause + 1));
        sql.run("INSERT INTO t VALUES (" + i + ", repeat('x', 500))");
        long begin = System.nanoTime();
        Lsn end = Lsn.parse(sql.value("SELECT pg_current_wal_flush_lsn()::text"));
        while (stream.state().stored().isBefore(end)) {
          Thread.sleep(1);
        }
        millis[i] = (System.nanoTime() - begin) / 1e6;
      }
    }
    return millis;
  }

  /** What the stream says of itself, looked at each millisecond. */
  private static double[] ages(EmbeddedPostgres server, JournalStream stream, int seconds)
      throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      writers.add(Thread.ofPlatform().start(() -> write(server, stop)));
    }
    double[] ages = new double[seconds * 1000];
    for (int i = 0; i < ages.length; i++) {
      Thread.sleep(1);
      ages[i] = stream.state().lag().toNanos() / 1e6;
    }
    stop.set(true);
    for (Thread writer : writers) {
      writer.join();
    }
    return ages;
  }

  private static void write(EmbeddedPostgres server, AtomicBoolean stop) {
    try (Sql sql = server.sql("postgres")) {
      while (!stop.get()) {
        sql.run(
            "INSERT INTO t SELECT i, repeat(md5(random()::text), 16) FROM generate_series(1, 20)"
                + " i");
      }
    }
  }

  private static void print(String what, double[] millis) {
    Arrays.sort(millis);
    int last = millis.length - 1;
    System.out.printf(
        "%s: %d looks, median %.0f ms, 99 of 100 within %.0f ms, longest %.0f ms%n",
        what, millis.length, millis[last / 2], millis[last * 99 / 100], millis[last]);
  }
}
