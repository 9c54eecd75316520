package io.mockupaws.engine.database;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Names of roles, read from the catalogue's file: whoever wants to ask a server for them has to
 * know one first. Rows that are dead are among them, so each is only a name to try.
 *
 * <p>A row of {@code pg_authid} begins with its object id (4 bytes) and its name (64 bytes, {@code
 * NAMEDATALEN}); {@code src/include/catalog/pg_authid.h}, {@code bufpage.h}, {@code
 * htup_details.h}, {@code relmapper.c}.
 */
final class RoleNames {
  private static final int AUTHID = 1260;
  private static final int BOOTSTRAP = 10;
  private static final int PAGE = 8192;
  private static final int PAGE_HEADER = 24;
  private static final int NAME = 64;
  private static final int MOST = 20;

  private RoleNames() {}

  /** At most some names, the bootstrap superuser's first; none when the file cannot be read. */
  static List<String> in(Path data) {
    try {
      byte[] map = Files.readAllBytes(data.resolve("global/pg_filenode.map"));
      Path file = data.resolve("global").resolve(Integer.toUnsignedString(fileOf(map)));
      return names(Files.readAllBytes(file));
    } catch (IOException e) {
      return List.of();
    }
  }

  private static int fileOf(byte[] map) {
    ByteBuffer buffer = ByteBuffer.wrap(map).order(ByteOrder.nativeOrder());
    int count = buffer.getInt(4);
    for (int i = 0; i < count && 8 + 8 * i + 8 <= map.length; i++) {
      if (buffer.getInt(8 + 8 * i) == AUTHID) {
        return buffer.getInt(8 + 8 * i + 4);
      }
    }
    return AUTHID;
  }

  static List<String> names(byte[] file) {
    List<String> names = new ArrayList<>();
    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.nativeOrder());
    for (int page = 0; page + PAGE <= file.length && names.size() < MOST; page += PAGE) {
      int pointersEnd = Short.toUnsignedInt(buffer.getShort(page + 12));
      for (int at = PAGE_HEADER; at + 4 <= pointersEnd && pointersEnd <= PAGE; at += 4) {
        int pointer = buffer.getInt(page + at);
        int offset = pointer & 0x7fff;
        int length = pointer >>> 17;
        if (length < NAME || offset < PAGE_HEADER || offset + length > PAGE) {
          continue;
        }
        int begin = page + offset + Byte.toUnsignedInt(file[page + offset + 22]);
        if (begin + 4 + NAME <= page + PAGE) {
          add(names, buffer.getInt(begin), file, begin + 4);
        }
      }
    }
    return names;
  }

  private static void add(List<String> names, int oid, byte[] file, int at) {
    int length = 0;
    while (length < NAME && file[at + length] != 0) {
      length++;
    }
    String name = new String(file, at, length, StandardCharsets.UTF_8);
    if (!name.isEmpty() && !name.startsWith("pg_")) {
      names.add(oid == BOOTSTRAP ? 0 : names.size(), name);
    }
  }
}
