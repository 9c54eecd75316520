package io.mockupaws.store;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.ObjectKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * A process of its own that does one thing to a directory store and prints the code of its failure
 * or {@code done}. Its classes are copied where every user can read them.
 */
final class StoreProcess {
  private final Path classes;
  private final List<String> prefix = new ArrayList<>();

  StoreProcess(Path folder) throws IOException {
    classes = Files.createDirectory(folder.resolve("classes"));
    for (Class<?> from : List.of(StoreProcess.class, Store.class, Failure.class)) {
      copy(Path.of(from.getProtectionDomain().getCodeSource().getLocation().getPath()));
    }
  }

  /** From a folder of classes, or from the jar that a build has made of it. */
  private void copy(Path from) throws IOException {
    if (Files.isRegularFile(from)) {
      Files.copy(from, classes.resolve(from.getFileName()));
      return;
    }
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path to = classes.resolve(from.relativize(file).toString());
        Files.createDirectories(to.getParent());
        Files.copy(file, to);
      }
    }
  }

  StoreProcess asUser(String uid) {
    prefix.addAll(List.of("setpriv", "--reuid=" + uid, "--regid=" + uid, "--clear-groups"));
    return this;
  }

  Process start(Path root, String operation) throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", classes + ":" + classes + "/*"));
    command.addAll(List.of(StoreProcess.class.getName(), root.toString(), operation));
    return new ProcessBuilder(command)
        .directory(classes.toFile())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  List<String> run(Path root, String operation) throws IOException {
    return start(root, operation).inputReader().lines().toList();
  }

  public static void main(String[] args) throws Exception {
    Store store = new DirectoryStore(Path.of(args[0]), InstantSource.system(), new Random());
    ObjectKey key = ObjectKey.of("a/object");
    try {
      switch (args[1]) {
        case "create" -> store.create(ObjectKey.of("a/new"), new byte[] {1});
        case "upload" -> store.upload(ObjectKey.of("a/new")).close();
        case "read" -> store.read(key, 0).close();
        case "stat" -> store.stat(key);
        case "list" -> store.list("", "", 10);
        case "delete" -> store.delete(key);
        case "probe" -> store.probe();
        case "write-and-hang" -> writeAndHang(store.upload(key));
        default -> throw new IllegalArgumentException(args[1]);
      }
      System.out.println("done");
    } catch (Failure e) {
      System.out.println(e.code());
    }
  }

  private static void writeAndHang(Upload upload) throws InterruptedException {
    upload.part(ByteBuffer.wrap(new byte[1 << 20]));
    System.out.println("written");
    Thread.currentThread().join();
  }
}
