package io.mockupaws.app.cli;

import picocli.CommandLine.Command;

/** What can be done with single WAL segments. */
@Command(
    name = "wal",
    description = "Looks for gaps in the journal, and takes and gives WAL as files.",
    footerHeading = "%nExamples:%n",
    footer = {"  mockupaws wal gaps", "  mockupaws wal salvage --from /var/lib/postgresql/15/main"})
final class WalCommand {}
