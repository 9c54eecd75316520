package io.mockupaws.app.cli;

import picocli.CommandLine.Command;

/** What can be said against the rules of retention. */
@Command(
    name = "hold",
    description =
        "Keeps a backup whatever the rules of retention say, and brings back one that expired."
            + " Needs no server.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  mockupaws hold list",
      "  mockupaws hold add 20260407T120000Z-full-1a2b --reason \"before the audit\""
    })
final class HoldCommand {}
