package io.mockupaws.engine.restore;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.zip.CRC32C;

/**
 * Finishes files whose bytes are all written: right size and checksum, then mode, owner and time;
 * then each is forced to disk. Safe for use by many threads, each with another file.
 */
final class FileFinisher {
  private static final int READ_BUFFER = 256 << 10;

  private final FileTable files;
  private final IntFunction<Path> places;
  private final FileChecksums checksums;
  private final Owner owner;

  FileFinisher(FileTable files, IntFunction<Path> places, FileChecksums checksums, Owner owner) {
    this.files = files;
    this.places = places;
    this.checksums = checksums;
    this.owner = owner;
  }

  /**
   * Makes a file what it was; not yet durable.
   *
   * @throws Failure DAMAGED_OBJECT when its bytes are not those that were backed up
   */
  void complete(int file) {
    Path place = places.apply(file);
    LocalFiles.attempt(
        "finishing",
        place,
        () -> {
          try (FileChannel channel = FileChannel.open(place, Set.of(CREATE, READ, WRITE))) {
            requireWhole(file, place, channel);
            LocalFiles.setMode(place, files.mode(file));
            owner.give(place);
            Files.setLastModifiedTime(place, FileTime.fromMillis(files.modifiedMillis(file)));
          }
          return place;
        });
  }

  /** Makes a file durable. It is opened for reading: by now its mode may let nobody write. */
  void force(int file) {
    Path place = places.apply(file);
    LocalFiles.attempt(
        "making durable",
        place,
        () -> {
          try (FileChannel channel = FileChannel.open(place, READ)) {
            channel.force(true);
          }
          return place;
        });
  }

  private void requireWhole(int file, Path place, FileChannel channel) throws IOException {
    if (channel.size() != files.size(file)) {
      throw damaged(place, "it has " + channel.size() + " of " + files.size(file) + " bytes");
    }
    if (files.fate(file) == FileTable.Fate.WRITTEN_AND_READ) {
      requireChecksum(file, place, readChecksum(channel));
      return;
    }
    checksums
        .wrong(file)
        .ifPresent(
            found -> {
              if (found.isEmpty()) {
                throw damaged(place, "parts of it were never fetched");
              }
              requireChecksum(file, place, found.getAsInt());
            });
  }

  private void requireChecksum(int file, Path place, int found) {
    int wanted = files.crc32c(file).orElse(found);
    if (found != wanted) {
      throw damaged(place, String.format("its CRC-32C is %08x, backed up was %08x", found, wanted));
    }
  }

  private static int readChecksum(FileChannel channel) throws IOException {
    CRC32C crc = new CRC32C();
    ByteBuffer buffer = ByteBuffer.allocate(READ_BUFFER);
    long at = 0;
    while (true) {
      buffer.clear();
      int read = channel.read(buffer, at);
      if (read < 0) {
        return (int) crc.getValue();
      }
      at += read;
      crc.update(buffer.flip());
    }
  }

  private static Failure damaged(Path place, String how) {
    return new Failure(
        ErrorCode.DAMAGED_OBJECT,
        "the restored file " + place + " is not what was backed up: " + how,
        "restore another backup, and verify this one");
  }
}
