package io.mockupaws.engine.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.backup.ConfigurationFiles.File;
import io.mockupaws.engine.backup.ConfigurationPlaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A work tree that had a folder of the cluster's name before. */
class GitTreeTest {
  @TempDir private Path tree = Path.of("");
  private Path folder = Path.of("");

  @BeforeEach
  void aTreeWithAnApplicationOfThatName() throws IOException, InterruptedException {
    folder = Files.createDirectory(tree.resolve("shop"));
    Files.writeString(tree.resolve(".gitignore"), ".env\ncache/\n");
    Files.writeString(folder.resolve("old.conf"), "a = 1\n");
    git("init", "--quiet");
    git("add", "--all");
    git("-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "--quiet", "-m", "theirs");
    Files.writeString(folder.resolve(".env"), "SECRET=1\n");
    Files.writeString(Files.createDirectory(folder.resolve("cache")).resolve("x"), "x");
  }

  private void git(String... arguments) throws IOException, InterruptedException {
    List<String> command = new java.util.ArrayList<>(List.of("git", "-C", tree.toString()));
    command.addAll(Arrays.asList(arguments));
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertThat(process.waitFor()).isZero();
  }

  private static ClusterConfiguration configuration(String path) {
    return new ClusterConfiguration(
        Instant.EPOCH,
        1,
        150018,
        "sql",
        new ConfigurationPlaces("/data", Optional.empty(), Optional.empty(), Optional.empty()),
        List.of(new File(path, "b = 2\n", 0644)),
        List.of(),
        new Globals("", 0, 0, false));
  }

  @Test
  void whatGitHasGoesWithTheConfigurationAndWhatItIgnoresStays() {
    GitTree.Committed done = GitTree.at(tree, "shop").commit(configuration("/new.conf"), "v");
    assertThat(done.commit()).isPresent();
    assertThat(folder.resolve("new.conf")).hasContent("b = 2");
    assertThat(folder.resolve("old.conf")).as("git brings it back").doesNotExist();
    assertThat(GitTree.at(tree, "shop").commit(configuration("/new.conf"), "v").commit()).isEmpty();
    assertThat(folder.resolve(".env")).hasContent("SECRET=1");
    assertThat(folder.resolve("cache/x")).hasContent("x");
  }

  @Test
  void whatGitDoesNotHaveIsNotOverwritten() {
    Failure refused =
        catchThrowableOfType(
            Failure.class, () -> GitTree.at(tree, "shop").commit(configuration("/.env"), "v"));
    assertThat(refused.code()).isEqualTo(ErrorCode.GIT);
    assertThat(folder.resolve(".env")).hasContent("SECRET=1");
    assertThat(folder.resolve("old.conf")).exists();
  }
}
