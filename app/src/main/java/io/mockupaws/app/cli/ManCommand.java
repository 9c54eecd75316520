package io.mockupaws.app.cli;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes manual pages. */
@Command(
    name = "man",
    description = {
      "Writes a manual page for each command into a folder, for 'man mockupaws-restore'. Pages of"
          + " an earlier version are replaced; a file of that name that is none of these is"
          + " refused."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mockupaws man /usr/local/share/man/man1",
      "  mockupaws man /tmp/pages && man -l /tmp/pages/mockupaws-restore.1"
    })
final class ManCommand implements AnsweringOperation {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "DIR", description = "the folder; it is made when absent")
  private Path folder = Path.of("");

  @Override
  public Answer run() {
    String version = new Version().getVersion()[0].replaceAll("^mockupaws | \\(.*", "");
    Map<Path, String> pages = new LinkedHashMap<>();
    gather(spec.root(), version, pages);
    try {
      for (Path page : pages.keySet()) {
        requireOurs(page);
      }
      Files.createDirectories(folder);
      for (Map.Entry<Path, String> page : pages.entrySet()) {
        Files.writeString(page.getKey(), page.getValue());
      }
    } catch (IOException e) {
      throw new Failure(
          ErrorCode.LOCAL_FILE,
          "a manual page cannot be written: " + e,
          "Check the folder and its rights.",
          e);
    }
    return new ManWritten(
        folder.toString(),
        pages.keySet().stream().map(page -> String.valueOf(page.getFileName())).toList());
  }

  private void gather(CommandSpec command, String version, Map<Path, String> pages) {
    pages.put(folder.resolve(ManPage.fileName(command)), ManPage.of(command, version));
    for (CommandLine line : List.copyOf(command.subcommands().values())) {
      gather(line.getCommandSpec(), version, pages);
    }
  }

  private static void requireOurs(Path page) throws IOException {
    if (Files.exists(page) && !Files.readString(page).startsWith(ManPage.MARK)) {
      throw new Failure(
          ErrorCode.USAGE,
          "the file " + page + " is there and no page of ours",
          "Name another folder, or remove the file.");
    }
  }
}
