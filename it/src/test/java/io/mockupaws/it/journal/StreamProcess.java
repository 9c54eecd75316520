package io.mockupaws.it.journal;

import io.mockupaws.engine.cluster.ServerAddress;
import io.mockupaws.engine.journal.JournalSettings;
import io.mockupaws.engine.journal.JournalStream;
import io.mockupaws.engine.journal.PgWalServer;
import io.mockupaws.engine.repository.Repository;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreAddress;
import io.mockupaws.store.StoreOptions;
import io.mockupaws.store.Stores;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** A stream in a process of its own, to be killed: repository, spool, server's address, slot. */
final class StreamProcess {
  private StreamProcess() {}

  public static void main(String[] arguments) {
    Store store = Stores.open(StoreAddress.parse(arguments[0]), StoreOptions.none());
    Repository repository = Repository.open(store, Optional.empty(), new SecureRandom());
    JournalStream stream =
        JournalStream.start(
            repository.id(),
            repository.cluster("test"),
            new PgWalServer(
                ServerAddress.parse(System.getenv("STREAM_URL")),
                arguments[2],
                java.time.InstantSource.system()),
            JournalSettings.of(Path.of(arguments[1]), arguments[2])
                .withTailInterval(Duration.ofMillis(20)),
            InstantSource.system(),
            Duration.ofSeconds(40));
    System.out.println("started");
    stream.awaitEnd();
  }
}
