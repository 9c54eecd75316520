package io.mockupaws.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.demo.postgres.HostUser;
import io.mockupaws.demo.postgres.ServerLogin;
import io.mockupaws.demo.postgres.Sql;
import io.mockupaws.it.support.DebianCluster;
import io.mockupaws.it.support.Program;
import io.mockupaws.it.support.Protection;
import io.mockupaws.it.support.Vault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A live server with a shop, and a repository for dumps of it. */
final class LogicalFixture implements AutoCloseable {
  private final DebianCluster live = DebianCluster.create();
  private final Vault vault;
  private final Protection protection;

  LogicalFixture(Vault vault) {
    this.vault = vault;
    Shop.create(live.login());
    protection =
        new Protection(live.login(), Shop.NAME, vault, HostUser.current(), DebianCluster.BINARIES);
    protection.initialise("prod");
    // a superuser's: of large objects and rows behind policies no other role sees all
    protection.operator().with("DATABASE_URL", live.login().url(Shop.NAME));
  }

  ServerLogin admin() {
    return live.login();
  }

  Program operator() {
    return protection.operator();
  }

  /** Of the role that may do just enough for physical backups. */
  String roleUrl() {
    return protection.role().url(Shop.NAME);
  }

  Vault vault() {
    return vault;
  }

  /** The objects among the dumps, by their keys. */
  List<String> keys() {
    Path root = vault.objects();
    Path folder = root.resolve("backups");
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(path -> root.relativize(path).toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path file(String key) {
    return vault.objects().resolve(key);
  }

  void database(String name) {
    admin().sql("postgres").run("CREATE DATABASE " + name).close();
  }

  /** What somebody without our program does. */
  String bash(String script, Map<String, String> more) {
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", script).redirectErrorStream(true);
    builder.redirectInput(Path.of("/dev/null").toFile());
    builder.environment().putAll(more);
    try {
      Process process = builder.start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(output).isZero();
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  long count(String database, String query) {
    try (Sql sql = admin().sql(database)) {
      return sql.number(query);
    }
  }

  @Override
  public void close() {
    protection.close();
    vault.close();
    live.close();
  }
}
