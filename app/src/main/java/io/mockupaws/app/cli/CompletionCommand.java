package io.mockupaws.app.cli;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints what makes a shell complete our commands and options. */
@Command(
    name = "completion",
    description =
        "Prints a script that makes the shell complete commands and options of mockupaws.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  source <(mockupaws completion bash)      # this shell; in ~/.bashrc: every one",
      "  mockupaws completion bash > /etc/bash_completion.d/mockupaws",
      "  source <(mockupaws completion zsh)"
    })
final class CompletionCommand implements Operation {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "bash|zsh", description = "the shell")
  private Shell shell = Shell.bash;

  private enum Shell {
    bash,
    zsh
  }

  @Override
  public int execute(Screen screen, OutputFormat format) {
    switch (format) {
      case text -> screen.out().print(script());
      case json ->
          throw new Failure(
              ErrorCode.USAGE, "a script is not printed as JSON", "leave out --output json");
    }
    screen.out().flush();
    return ExitStatus.DONE;
  }

  private String script() {
    return switch (shell) {
      // bash's script loads what zsh needs for it, and registers itself.
      case bash, zsh -> AutoComplete.bash("mockupaws", spec.root().commandLine());
    };
  }
}
