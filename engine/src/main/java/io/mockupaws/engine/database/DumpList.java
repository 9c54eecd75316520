package io.mockupaws.engine.database;

import io.mockupaws.engine.client.ClientProcess;
import io.mockupaws.engine.client.ClientTools;
import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.logical.OpenedDump;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a dump will make, as {@code pg_restore --list} tells it from the archive's first bytes: read
 * before anything is touched, so that what a server lacks is found while nothing is lost yet.
 *
 * @param entries lines as {@code PrintTOCSummary} ({@code pg_backup_archiver.c}) writes them:
 *     number, catalogue, object id, kind, schema, name, owner
 */
record DumpList(List<String> entries) {
  private static final int BUFFER = 256 * 1024;
  private static final Pattern ENTRY = Pattern.compile("[0-9]+; ([0-9]+) [0-9]+ (.*)");
  private static final String EXTENSION = "EXTENSION - ";

  /** Object ids of catalogues, the same on every server ({@code pg_class.h} and its like). */
  private static final String NONE = "0";

  private static final String RELATIONS = "1259";
  private static final String EXTENSIONS = "3079";
  private static final String LARGE_OBJECTS = "2613";

  DumpList {
    entries = List.copyOf(entries);
  }

  /**
   * Reads it; of the dump as much as that takes.
   *
   * @throws io.mockupaws.core.failure.Failure DAMAGED_OBJECT; DATABASE_COPY_FAILED for what {@code
   *     pg_restore} does not know
   */
  static DumpList of(OpenedDump dump, ClientTools tools) {
    try (ClientProcess program = ClientProcess.alone(tools, "pg_restore", List.of("--list"));
        InputStream content = dump.content(_ -> {})) {
      CompletableFuture<List<String>> lines = new CompletableFuture<>();
      Thread.startVirtualThread(() -> read(program, lines));
      feed(content, program.input());
      program.finish();
      return new DumpList(lines.join());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void feed(InputStream content, OutputStream to) throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
      try {
        to.write(buffer, 0, count);
        to.flush();
      } catch (IOException e) {
        return; // it has read what it wants
      }
    }
    try {
      to.close();
    } catch (IOException e) {
      // as above
    }
  }

  private static void read(ClientProcess program, CompletableFuture<List<String>> lines) {
    List<String> entries = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(program.output(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (ENTRY.matcher(line).matches()) {
          entries.add(line);
        }
      }
    } catch (IOException e) {
      // it has ended; its status tells
    }
    lines.complete(entries);
  }

  /** One line: which catalogue knows the object, and the rest. */
  private record Entry(String catalogue, String text) {}

  private Stream<Entry> objects() {
    return entries.stream()
        .map(ENTRY::matcher)
        .filter(Matcher::matches)
        .map(line -> new Entry(line.group(1), line.group(2)))
        .filter(entry -> !entry.catalogue().equals(NONE));
  }

  /** Tables, views, sequences: what must be there afterwards. Indexes belong to them. */
  long relations() {
    return objects()
        .filter(entry -> entry.catalogue().equals(RELATIONS))
        .filter(entry -> !entry.text().startsWith("INDEX "))
        .count();
  }

  /** What it needs of the server it goes to. */
  Needs needs(ServerSession there, Omissions omissions) {
    List<String> roles =
        there.query("listing the roles", "SELECT rolname FROM pg_roles", row -> row.getString(1));
    return new Needs(
        omissions.owners() ? List.of() : List.copyOf(owners(roles)),
        List.of(),
        extensions(),
        List.of(),
        List.of(),
        List.of(),
        locks(),
        0);
  }

  private List<String> extensions() {
    return objects()
        .filter(entry -> entry.catalogue().equals(EXTENSIONS))
        .map(entry -> entry.text().substring(EXTENSION.length()).strip())
        .sorted()
        .toList();
  }

  private long locks() {
    return objects()
        .map(Entry::catalogue)
        .filter(catalogue -> catalogue.equals(RELATIONS) || catalogue.equals(LARGE_OBJECTS))
        .count();
  }

  /**
   * Whoever owns something; a line ends with the name, and a name may have blanks in it.
   *
   * @param known roles of the server; one that is not among them is taken without blanks
   */
  Set<String> owners(Collection<String> known) {
    Set<String> plain = new HashSet<>(known);
    List<String> blank = known.stream().filter(name -> name.contains(" ")).toList();
    Set<String> owners = new TreeSet<>();
    objects()
        .map(Entry::text)
        .filter(text -> !text.endsWith(" "))
        .forEach(
            text -> {
              String last = text.substring(text.lastIndexOf(' ') + 1);
              boolean found =
                  plain.contains(last)
                      || blank.stream().noneMatch(name -> text.endsWith(" " + name));
              // the server's own are on every server, and none is made owner by a dump
              if (found && !last.startsWith("pg_")) {
                owners.add(last);
              }
            });
    return owners;
  }
}
