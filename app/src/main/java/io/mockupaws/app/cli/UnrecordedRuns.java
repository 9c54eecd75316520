package io.mockupaws.app.cli;

import io.mockupaws.app.config.Config;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.engine.repository.LeaseHolder;
import io.mockupaws.engine.task.RunStatus;
import io.mockupaws.engine.task.Scope;
import io.mockupaws.engine.task.Task;
import io.mockupaws.engine.task.TaskRun;
import io.mockupaws.engine.task.TaskRuns;
import io.mockupaws.store.StoreAddress;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs that failed since their repository could not be opened, where the record of runs is. They
 * wait in the spool for the next run that can, and {@code backup_history} has them at once. Never
 * in the way: what cannot be noted is said by the failure itself alone.
 */
final class UnrecordedRuns {
  private static final String ENDING = ".json";

  /** Of which cluster it would have been nobody knows. */
  private static final Set<ErrorCode> NOT_MEANT =
      Set.of(
          ErrorCode.UNKNOWN_CLUSTER,
          ErrorCode.AMBIGUOUS_CLUSTER,
          ErrorCode.USAGE,
          ErrorCode.MISSING_SETTING);

  private final Session session;
  private final Config config;

  UnrecordedRuns(Session session, Config config) {
    this.session = session;
    this.config = config;
  }

  /**
   * Opens the repository for a run; that it cannot be opened is a run that failed.
   *
   * @param dryRun nothing is run, and so nothing is on record
   */
  OpenCluster open(boolean dryRun, Task task, Scope scope, Supplier<OpenCluster> opening) {
    Instant begin = session.now();
    try {
      return opening.get();
    } catch (Failure e) {
      if (!dryRun && !TaskRuns.isNoRun(e) && !NOT_MEANT.contains(e.code())) {
        note(failed(task, scope, begin, e));
      }
      throw e;
    }
  }

  private TaskRun failed(Task task, Scope scope, Instant begin, Failure e) {
    return new TaskRun(
        task,
        TaskRuns.id(begin, session.parts().random()),
        begin,
        LeaseHolder.self().toString(),
        scope,
        RunStatus.FAILED,
        Optional.of(session.now()),
        List.of(),
        0,
        Optional.of(new TaskRun.RunError(e.code().code(), e.what(), e.nextStep())));
  }

  private void note(TaskRun run) {
    try {
      Path folder = folder();
      if (!Files.isDirectory(folder)) {
        // never the spool itself: whose it would be is for the stream to say
        Files.createDirectory(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      Path fresh = folder.resolve(run.id() + ".new");
      Files.writeString(fresh, write(run));
      Files.move(fresh, folder.resolve(run.id() + ENDING), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      session
          .screen()
          .say(
              "that this run failed is not on record, since "
                  + folder()
                  + " cannot be written; next: let this user write in the spool, or name another by"
                  + " BACKUP_SPOOL_DIR");
    }
    cluster()
        .ifPresent(name -> new HistoryMirror(session, config).update(name, () -> List.of(run)));
  }

  /** Of which cluster it would have been, where that is sure without the repository. */
  private Optional<String> cluster() {
    return config
        .cluster()
        .or(
            () ->
                config.clusters().size() == 1
                    ? Optional.of(config.clusters().keySet().iterator().next())
                    : Optional.empty());
  }

  private Path folder() {
    return config.repository().spool().resolve("unrecorded");
  }

  private List<String> places() {
    return config.repository().stores().stream().map(StoreAddress::text).toList();
  }

  private String write(TaskRun run) {
    TaskRun.RunError error = run.error().orElseThrow();
    ObjectNode node =
        JsonMapper.shared()
            .createObjectNode()
            .put("task", run.task().word())
            .put("started", run.started().toString())
            .put("ended", run.ended().orElseThrow().toString())
            .put("by", run.by())
            .put("part", !run.isWhole())
            .put("code", error.code())
            .put("what", error.what())
            .put("next", error.next());
    cluster().ifPresent(name -> node.put("cluster", name));
    places().forEach(node.putArray("stores")::add);
    return node.toString();
  }

  /** Puts on record what waits for this repository and this cluster. */
  void bring(TaskRuns runs, String cluster) {
    for (Path note : notes()) {
      try {
        JsonNode node = JsonMapper.shared().readTree(Files.readString(note));
        if (isOurs(node, cluster)) {
          runs.add(read(note, node));
          Files.deleteIfExists(note);
        }
      } catch (IOException | JacksonException | DateTimeException | IllegalArgumentException e) {
        session
            .screen()
            .say(
                "a run that failed earlier does not come on record: "
                    + note
                    + " cannot be read; next: remove it");
      }
    }
  }

  private List<Path> notes() {
    if (!Files.isDirectory(folder())) {
      return List.of();
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder(), "*" + ENDING)) {
      List<Path> notes = new ArrayList<>();
      files.forEach(notes::add);
      notes.sort(null);
      return notes;
    } catch (IOException | DirectoryIteratorException e) {
      return List.of();
    }
  }

  private boolean isOurs(JsonNode node, String cluster) {
    List<String> stores = new ArrayList<>();
    node.path("stores").forEach(store -> stores.add(store.asString()));
    return stores.equals(places()) && node.path("cluster").asString(cluster).equals(cluster);
  }

  private static TaskRun read(Path note, JsonNode node) {
    return new TaskRun(
        Task.valueOf(node.required("task").stringValue().toUpperCase(Locale.ROOT)),
        note.getFileName().toString().replace(ENDING, ""),
        Instant.parse(node.required("started").stringValue()),
        node.required("by").stringValue(),
        node.path("part").asBoolean(false) ? Scope.PART : Scope.WHOLE,
        RunStatus.FAILED,
        Optional.of(Instant.parse(node.required("ended").stringValue())),
        List.of(),
        0,
        Optional.of(
            new TaskRun.RunError(
                node.required("code").stringValue(),
                node.required("what").stringValue(),
                node.required("next").stringValue())));
  }
}
