package io.mockupaws.engine.journal;

import java.io.IOException;
import java.nio.file.Path;

/** Another process at work in a spool directory, until its input ends. */
final class SpoolHolder {
  private SpoolHolder() {}

  public static void main(String[] arguments) throws IOException {
    Spool spool = new Spool(Path.of(arguments[0]), arguments[1], "c", MadeWal.SEGMENT);
    SpoolLock lock = spool.lock();
    System.out.println("held");
    System.in.read();
    lock.close();
  }
}
