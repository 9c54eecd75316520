package io.mockupaws.app.cli;

import picocli.CommandLine.Command;

/** What can be done with the keys that open the repository. */
@Command(
    name = "keys",
    description = "Lists and replaces the keys that open the repository. Needs no server.",
    footerHeading = "%nExamples:%n",
    footer = {"  mockupaws keys list", "  mockupaws keys rotate --help"})
final class KeysCommand {}
