package io.mockupaws.app.cli;

import picocli.CommandLine.Command;

/** What can be done with versions of the configuration. */
@Command(
    name = "config",
    description =
        "Compares versions of PostgreSQL's configuration, and brings one back. They are taken by:"
            + " mockupaws backup --kind config",
    footerHeading = "%nExamples:%n",
    footer = {
      "  mockupaws config diff",
      "  mockupaws config restore latest --to-dir /srv/configuration"
    })
final class ConfigCommand {}
