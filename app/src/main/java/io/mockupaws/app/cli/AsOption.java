package io.mockupaws.app.cli;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.repository.ClusterIdentity;
import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --as NEW}: a server that gets a history of its own. */
final class AsOption {
  @Option(
      names = "--as",
      paramLabel = "NEW",
      description =
          "give this server a cluster of its own, named NEW, although the repository has one with"
              + " its system identifier: for a copy, a server that was rolled back, or one that was"
              + " restored; once entered, NEW is used")
  Optional<String> name = Optional.empty();

  /**
   * Checks it against {@code --cluster}.
   *
   * @throws Failure USAGE
   */
  void check(Optional<String> cluster) {
    if (name.isEmpty()) {
      return;
    }
    if (!ClusterIdentity.isName(name.get())) {
      throw new Failure(
          ErrorCode.USAGE,
          "--as " + name.get() + ": a cluster cannot be named so",
          "use at most 63 letters, digits, _ - and .");
    }
    if (cluster.filter(other -> !other.equals(name.get())).isPresent()) {
      throw new Failure(
          ErrorCode.USAGE,
          "--cluster " + cluster.get() + " and --as " + name.get() + " name two clusters",
          "give one of them: --as for a server that shall get its own");
    }
  }
}
