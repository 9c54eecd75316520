package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.engine.restore.Cancel;
import io.mockupaws.engine.restore.RestoreRequest;
import io.mockupaws.engine.restore.Restores;
import io.mockupaws.engine.restore.WalSource;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreAddress;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** WAL that a restore reads beside the repository. */
final class WalSourceOption {
  @Option(
      names = "--wal-source",
      paramLabel = "ADDRESS",
      description =
          "s3://bucket/prefix, file:///path or a path with WAL segments as plain files, as 'cp %%p'"
              + " archived them, or packed by gzip or zstd: what the repository lacks of them is"
              + " used, and nothing is written into it ('wal import' takes them over)")
  Optional<String> address = Optional.empty();

  /** The cluster's repository, and what lies beside it, where that was named. */
  record Beside(ClusterRepository cluster, Optional<Opened> opened) implements AutoCloseable {
    Restores with(Restores restores) {
      return opened.map(found -> restores.with(found.source())).orElse(restores);
    }

    Optional<WalSourceAnswer> answer() {
      return opened.map(found -> WalSourceAnswer.of(found.taken()));
    }

    @Override
    public void close() {
      opened.ifPresent(Opened::close);
    }
  }

  /** A source that was opened. What was taken goes when it is closed. */
  record Opened(Store store, WalSource source, WalSource.Taken taken) implements AutoCloseable {
    @Override
    public void close() {
      try (store) {
        source.close();
      }
    }
  }

  /**
   * Takes what the restore may need of the source, where one is named.
   *
   * @param request with the directory, where one is named
   * @param folder for it meanwhile
   */
  Beside open(
      Session session, Config config, OpenCluster open, RestoreRequest request, Path folder) {
    if (address.isEmpty()) {
      return new Beside(open.cluster(), Optional.empty());
    }
    Cancel cancel = new Cancel();
    session.parts().stop().watch(cancel::ask);
    Store store = session.parts().openStore(config, place(address.get()));
    try {
      WalSource source =
          new WalSource(
              open.cluster(),
              store,
              StreamSetting.salvages(session.parts(), config, open),
              folder,
              session.parts()::openFolder,
              session.parts().clock());
      return new Beside(
          source.joined(),
          Optional.of(new Opened(store, source, take(session, source, request, cancel))));
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private static WalSource.Taken take(
      Session session, WalSource source, RestoreRequest request, Cancel cancel) {
    try (ProgressLine progress = session.progress()) {
      progress.phase("reading the WAL source");
      return source.take(
          request, cancel, (done, all) -> progress.state(done + " of " + all + " files"));
    } catch (RuntimeException e) {
      source.close();
      throw e;
    }
  }

  /** An address, or a path of this host. */
  static StoreAddress place(String text) {
    return StoreAddress.parse(
        text.contains("://") ? text : Path.of(text).toAbsolutePath().toUri().toString());
  }
}
