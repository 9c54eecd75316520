package io.mockupaws.it.restore;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.journal.ServerIdentity;
import io.mockupaws.engine.journal.SlotGauge;
import io.mockupaws.engine.journal.SlotState;
import io.mockupaws.engine.journal.WalConnection;
import io.mockupaws.engine.journal.WalFeed;
import io.mockupaws.engine.journal.WalServer;
import java.util.Optional;

/** A real server that is asked and told everything, but whose WAL never comes. */
record MuteServer(WalServer server) implements WalServer {
  @Override
  public WalConnection connect() {
    return new Mute(server.connect());
  }

  @Override
  public SlotGauge gauge(String slot) {
    return server.gauge(slot);
  }

  private record Mute(WalConnection connection) implements WalConnection {
    @Override
    public WalFeed start(Optional<String> slot, Timeline timeline, Lsn from) {
      throw new Failure(ErrorCode.SERVER_UNREACHABLE, "no WAL comes", "wait");
    }

    @Override
    public ServerIdentity identify() {
      return connection.identify();
    }

    @Override
    public Optional<byte[]> history(Timeline timeline) {
      return connection.history(timeline);
    }

    @Override
    public Optional<SlotState> slot(String name) {
      return connection.slot(name);
    }

    @Override
    public void createSlot(String name) {
      connection.createSlot(name);
    }

    @Override
    public void dropSlot(String name) {
      connection.dropSlot(name);
    }

    @Override
    public Outlook look() {
      return connection.look();
    }

    @Override
    public void close() {
      connection.close();
    }
  }
}
