package io.mockupaws.demo.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.demo.postgres.EmbeddedPostgres;
import io.mockupaws.demo.postgres.FileTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkplaceTest {

  @Test
  void endsEverythingInReverseOrderAndRemovesItself() throws IOException {
    List<String> ended = new ArrayList<>();
    Workplace workplace = Workplace.create();
    Files.writeString(workplace.privateFolder("deep").resolve("file"), "text");
    workplace.atEnd(() -> ended.add("first"));
    workplace.atEnd(
        () -> {
          ended.add("second");
          throw new IllegalStateException("stuck");
        });
    workplace.atEnd(() -> ended.add("third"));

    assertThatThrownBy(workplace::close).hasMessage("stuck");

    assertThat(ended).containsExactly("third", "second", "first");
    assertThat(workplace.folder()).doesNotExist();
    assertThatThrownBy(() -> workplace.atEnd(() -> ended.add("late")))
        .isInstanceOf(DemoFailure.class);
    assertThat(ended).endsWith("late");
  }

  @Test
  void theNextDemoClearsWhatAKilledOneLeft() throws IOException {
    Process killed = new ProcessBuilder("sleep", "600").start();
    Process child = new ProcessBuilder("sleep", "600").start();
    Path abandoned = Files.createTempDirectory("mockupaws-demo-");
    Abandoned.sign(abandoned, killed.toHandle());
    Abandoned.note(abandoned, child.toHandle());
    EmbeddedPostgres server =
        EmbeddedPostgres.builder(18)
            .under(passable(abandoned))
            .dataDirectory(abandoned.resolve(Abandoned.DATA))
            .start();

    Workplace.create().close();
    assertThat(abandoned).as("its demo still runs").exists();
    killed.destroyForcibly().onExit().join();
    Workplace.create().close();

    assertThat(abandoned).doesNotExist();
    assertThat(child.onExit().join().isAlive()).isFalse();
    assertThat(server.isRunning()).isFalse();
    server.close();
  }

  @Test
  void whatIsKeptStays() throws IOException {
    Workplace kept = Workplace.create();
    kept.keep();
    kept.close();
    Workplace.create().close();
    assertThat(kept.folder()).exists();
    FileTrees.delete(kept.folder());
  }

  private static Path passable(Path folder) throws IOException {
    return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
  }
}
