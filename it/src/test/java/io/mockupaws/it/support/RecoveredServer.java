package io.mockupaws.it.support;

import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.FreePort;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.StartedServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** A server that {@code restore --start} brought up in an empty place; it goes when closed. */
public final class RecoveredServer implements AutoCloseable {

  private final Path place;
  private final ServerLogin login;
  private final Outcome outcome;

  private RecoveredServer(Path place, ServerLogin login, Outcome outcome) {
    this.place = place;
    this.login = login;
    this.outcome = outcome;
  }

  /**
   * Runs {@code restore WHAT... --to-dir ... --start}, whatever comes of it.
   *
   * @param former a login of the lost server, which the recovered one knows too
   */
  public static RecoveredServer restore(Program newcomer, ServerLogin former, String... what) {
    Path place = place(newcomer);
    int port = FreePort.find();
    List<String> command = new ArrayList<>(List.of("restore"));
    command.addAll(Arrays.asList(what));
    command.addAll(List.of("--to-dir", place.resolve("data").toString(), "--start"));
    command.addAll(List.of("--port", Integer.toString(port)));
    Outcome outcome = newcomer.run(command.toArray(String[]::new));
    return new RecoveredServer(place, former.at(port), outcome);
  }

  /** How the command ended. */
  public Outcome outcome() {
    return outcome;
  }

  /** Its answer; it must have ended well. */
  public JsonNode answer() {
    if (outcome.status() != 0) {
      throw new AssertionError(outcome.told());
    }
    return outcome.json();
  }

  public ServerLogin login() {
    return login;
  }

  public Path dataDirectory() {
    return place.resolve("data");
  }

  @Override
  public void close() {
    StartedServer.kill(dataDirectory());
    FileTrees.delete(place);
  }

  /** A folder of the newcomer's that others can pass through: as root, the server's user must. */
  public static Path place(Program newcomer) {
    try {
      Path place = Files.createTempDirectory("mockupaws-it-restored-");
      Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwx--x--x"));
      newcomer.user().own(place);
      return place;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
