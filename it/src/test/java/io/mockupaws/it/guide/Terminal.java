package io.mockupaws.it.guide;

import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.FileTrees;
import io.mockupaws.demo.postgres.StartedServer;
import io.mockupaws.demo.s3.EmbeddedS3;
import io.mockupaws.it.support.HostCommand;
import io.mockupaws.it.support.Installation;
import io.mockupaws.it.support.Tree;
import io.mockupaws.store.S3Credentials;
import io.mockupaws.store.Store;
import io.mockupaws.store.StoreAddress;
import io.mockupaws.store.StoreOptions;
import io.mockupaws.store.Stores;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an operator sits at: a bash whose variables last from one block to the next, with {@code
 * mockupaws} in its path. The guide's places are replaced by those of the test.
 */
final class Terminal implements AutoCloseable {
  private static final String CRASHED = "/var/lib/postgresql/15/main";

  private final EmbeddedPostgres server;
  private final Path home;
  private final Path variables;
  private final EmbeddedS3 s3;
  private final Map<String, String> replaced = new LinkedHashMap<>();
  private final List<Service> services = new ArrayList<>();
  private Optional<Runnable> afterBackup = Optional.empty();

  /** How a block ended. */
  record Ended(int status, String said) {}

  /** A block that goes on beside the others. */
  record Service(Process process, Path log) {
    boolean isRunning() {
      return process.isAlive();
    }

    String said() {
      return read(log);
    }

    /** SIGTERM; its status. */
    int stop() {
      process.destroy();
      return process.onExit().join().exitValue();
    }
  }

  Terminal(EmbeddedPostgres server) throws IOException {
    this.server = server;
    this.home = Files.createTempDirectory("mockupaws-it-guide-");
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx--x--x"));
    this.variables = Files.createFile(home.resolve("variables"));
    Path script = Files.createDirectory(home.resolve("bin")).resolve("mockupaws");
    Files.writeString(
        script,
        "#!/bin/sh\nexec " + String.join(" ", Installation.shared().command(home)) + " \"$@\"\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path passwords =
        Files.writeString(
            home.resolve("admin.pgpass"),
            "*:*:*:%s:%s%n".formatted(server.login().user(), server.login().password()));
    Files.setPosixFilePermissions(passwords, PosixFilePermissions.fromString("rw-------"));
    Files.copy(passwords, home.resolve(".pgpass"), StandardCopyOption.COPY_ATTRIBUTES);
    for (String folder : List.of("backups", "srv", "spool", "logs", "archive", "disks", "s3")) {
      Files.createDirectory(home.resolve(folder));
    }
    this.s3 = EmbeddedS3.start(home.resolve("s3"));
    s3.createBucket("shop-dr");
    server.user().own(home);
    HostCommand.run("chown", "-R", server.user().uid() + ":" + server.user().gid(), home + "");
    replace("127.0.0.1:5432", "127.0.0.1:" + server.port());
    replace("/mnt/backups", home + "/backups");
    replace("/root/admin.pgpass", passwords.toString());
    replace("/srv/", home + "/srv/");
    replace("/mnt/big", home + "/disks/big");
    replace("/mnt/fast", home + "/disks/fast");
    replace(CRASHED, crashed().toString());
    replace("/usr/local/share/man", home + "/man");
  }

  /** From now on other words stand in place of the guide's. */
  void replace(String guide, String ours) {
    replaced.put(guide, ours);
  }

  /** A folder that the server's user may write to. */
  Path folder(String name) {
    return home.resolve(name);
  }

  private Path crashed() {
    return home.resolve("crashed");
  }

  /** The server's files as a crash leaves them that the guide's server did not survive. */
  void crash() {
    HostCommand.run("cp", "-a", server.dataDirectory().toString(), crashed().toString());
    HostCommand.run("rm", crashed() + "/postmaster.pid");
    HostCommand.run("truncate", "--size=0", crashed() + "/global/1262");
  }

  /** Where the guide restores to, and starts a server. */
  Path recovered() {
    return home.resolve("srv/recovered");
  }

  /** What was restored there is not wanted any more. */
  void clearRecovered() {
    StartedServer.kill(recovered());
    FileTrees.delete(recovered());
  }

  /** Files in a bucket, as {@code aws s3 cp} sends them. */
  void archive(List<Path> files, String bucket, String prefix) throws IOException {
    s3.createBucket(bucket);
    StoreOptions options =
        StoreOptions.none()
            .withEndpoint(s3.endpoint())
            .withCredentials(new S3Credentials(s3.accessKey(), s3.secretKey(), Optional.empty()));
    try (Store store = Stores.create(StoreAddress.parse("s3://" + bucket + prefix), options)) {
      for (Path file : files) {
        store.create(ObjectKey.of(file.getFileName().toString()), Files.readAllBytes(file));
      }
    }
  }

  /** Done once, behind the first block that takes a backup. */
  void behindFirstBackup(Runnable what) {
    afterBackup = Optional.of(what);
  }

  Ended run(String block) {
    Path log = home.resolve("block.log");
    Ended ended = end(start(block, log), log);
    if (ended.status() == 0 && block.startsWith("mockupaws backup") && afterBackup.isPresent()) {
      Runnable what = afterBackup.get();
      afterBackup = Optional.empty();
      what.run();
      replace("20261122T193212Z-full-7796", newestBackup());
    }
    return ended;
  }

  private String newestBackup() {
    return Tree.of(home.resolve("backups")).keySet().stream()
        .map(path -> String.valueOf(path.getFileName()))
        .filter(name -> name.matches("[0-9]{8}T[0-9]{6}Z-(full|incremental)-[0-9a-f]{4}"))
        .max(String::compareTo)
        .orElseThrow();
  }

  /** Begins a block that goes on beside the others. */
  Service begin(String block) {
    Path log = home.resolve("service-" + services.size() + ".log");
    String alone = block.replace("mockupaws stream", "exec mockupaws stream");
    Service service = new Service(start(alone, log), log);
    services.add(service);
    return service;
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process start(String block, Path log) {
    String words = block;
    for (Map.Entry<String, String> entry : replaced.entrySet()) {
      words = words.replace(entry.getKey(), entry.getValue());
    }
    String script =
        "set -e -o pipefail\nsource "
            + variables
            + "\ntrap 'export -p >"
            + variables
            + "' EXIT\n"
            + words
            + "\n";
    List<String> command =
        new ArrayList<>(List.of("env", "-i", "HOME=" + home, "TMPDIR=" + home, "LANG=C.UTF-8"));
    command.add("PATH=" + home + "/bin:" + server.binaries().folder() + ":/usr/bin:/bin");
    command.add("BACKUP_SPOOL_DIR=" + home + "/spool");
    command.add("BACKUP_LOG_DIR=" + home + "/logs");
    s3.environment().forEach((name, value) -> command.add(name + "=" + value));
    command.addAll(List.of("bash", "-c", script));
    ProcessBuilder builder =
        new ProcessBuilder(server.user().command(command))
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectInput(new File("/dev/null"));
    // a file, and no pipe: a server that is started keeps it open
    builder.redirectOutput(log.toFile());
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Ended end(Process process, Path log) {
    try {
      return new Ended(process.waitFor(), read(log));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  public void close() {
    services.forEach(service -> service.process().destroyForcibly());
    StartedServer.kill(recovered());
    s3.close();
    FileTrees.delete(home);
  }
}
