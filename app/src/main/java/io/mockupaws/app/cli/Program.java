package io.mockupaws.app.cli;

import io.mockupaws.app.checklist.CheckItem;
import io.mockupaws.app.config.ConfigReader;
import io.mockupaws.app.config.Rate;
import io.mockupaws.app.config.Suggestion;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupKind;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.engine.restore.TargetAction;
import io.mockupaws.engine.retention.DeleteLimit;
import io.mockupaws.store.Thaw;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Reads arguments, runs the command they name, writes its answer or error, gives the exit status.
 */
public final class Program {
  private final Mockupaws top;
  private final Screen screen;
  private final CommandLine commandLine;

  /**
   * @param parts what commands are made of
   * @param reader reads their configuration
   */
  public Program(Parts parts, ConfigReader reader, Screen screen) {
    this.top = new Mockupaws(reader);
    this.screen = screen;
    this.commandLine = new CommandLine(top);
    Session session = new Session(top, parts, screen);
    commands(session).forEach(commandLine::addSubcommand);
    CommandLine keys = new CommandLine(new KeysCommand());
    commandLine.addSubcommand(keys);
    keys.addSubcommand(new KeysListCommand(session));
    keys.addSubcommand(new KeysRotateCommand(session));
    keys.addSubcommand(new KeysRevealCommand(session));
    CommandLine hold = new CommandLine(new HoldCommand());
    commandLine.addSubcommand(hold);
    hold.addSubcommand(new HoldListCommand(session));
    hold.addSubcommand(new HoldAddCommand(session));
    hold.addSubcommand(new HoldRemoveCommand(session));
    CommandLine configuration = new CommandLine(new ConfigCommand());
    commandLine.addSubcommand(configuration);
    configuration.addSubcommand(new ConfigDiffCommand(session));
    configuration.addSubcommand(new ConfigRestoreCommand(session));
    CommandLine wal = new CommandLine(new WalCommand());
    commandLine.addSubcommand(wal);
    wal.addSubcommand(new WalGapsCommand(session));
    wal.addSubcommand(new WalSalvageCommand(session));
    wal.addSubcommand(new WalPushCommand(session));
    wal.addSubcommand(new WalFetchCommand(session));
    wal.addSubcommand(new WalImportCommand(session));
    configure(commandLine);
    commandLine.getSubcommands().values().forEach(this::configure);
  }

  private static List<Operation> commands(Session session) {
    return List.of(
        new InitCommand(session),
        new StreamCommand(session),
        new ServeCommand(session),
        new BackupCommand(session),
        new ListCommand(session),
        new ShowCommand(session),
        new StatusCommand(session),
        new WindowCommand(session),
        new TimelinesCommand(session),
        new HistoryCommand(session),
        new RestoreCommand(session),
        new VerifyCommand(session),
        new VerifyDataCommand(session),
        new CleanupCommand(session),
        new ConsolidateCommand(session),
        new DoctorCommand(session),
        new ReplicateCommand(session),
        new FailoverCommand(session),
        new DemoCommand(session),
        new CompletionCommand(),
        new ManCommand());
  }

  private void configure(CommandLine line) {
    line.setOut(new PrintWriter(screen.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(screen.err(), true, StandardCharsets.UTF_8));
    line.registerConverter(BackupKind.class, BackupKind::ofWord);
    line.registerConverter(Rate.class, Rate::parse);
    line.registerConverter(DeleteLimit.class, OptionText::limit);
    line.registerConverter(Duration.class, OptionText::time);
    line.registerConverter(Lsn.class, Lsn::parse);
    line.registerConverter(TargetAction.class, TargetAction::ofWord);
    line.registerConverter(Thaw.class, OptionText::thaw);
    line.registerConverter(CheckItem.class, CheckItem::ofSkipped);
    line.setCaseInsensitiveEnumValuesAllowed(false)
        .setOverwrittenOptionsAllowed(false)
        .setAbbreviatedOptionsAllowed(false)
        .setUsageHelpWidth(Math.clamp(screen.terminal().columns(), NarrowHelp.TWO_COLUMNS, 100))
        .setUsageHelpAutoWidth(false)
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
  }

  /** Runs one command; the answer is the exit status. */
  public int run(String... arguments) {
    int status = attempt(arguments);
    boolean told = status == ExitStatus.DONE || status == ExitStatus.NOT_THERE;
    return isFetch(arguments) && !told ? ExitStatus.STOP_RECOVERY : status;
  }

  /** Read from the arguments themselves: also what does not parse must not let a server promote. */
  private static boolean isFetch(String... arguments) {
    int at = List.of(arguments).indexOf("wal");
    return at >= 0 && List.of(arguments).indexOf("fetch") > at;
  }

  private int attempt(String... arguments) {
    boolean debug = List.of(arguments).contains("--debug");
    try {
      ParseResult parsed = commandLine.parseArgs(arguments);
      if (isNarrowHelp(parsed) || CommandLine.printHelpIfRequested(parsed)) {
        return ExitStatus.DONE;
      }
      return execute(parsed);
    } catch (ParameterException e) {
      return fail(usage(e), formatOf(arguments), debug);
    } catch (Failure e) {
      return fail(e, formatOf(arguments), debug);
    } catch (RuntimeException | Error e) {
      return fail(Screen.unexpected(e), formatOf(arguments), debug);
    }
  }

  /** Prints help where two columns do not fit; false where it is not asked for, or they do. */
  private boolean isNarrowHelp(ParseResult parsed) {
    ParseResult last = last(parsed);
    int columns = screen.terminal().columns();
    boolean narrow = last.isUsageHelpRequested() && columns < NarrowHelp.TWO_COLUMNS;
    if (narrow) {
      screen.out().print(NarrowHelp.of(last.commandSpec(), columns));
    }
    return narrow;
  }

  private int execute(ParseResult parsed) {
    CommandSpec last = last(parsed).commandSpec();
    if (last.userObject() instanceof Operation command) {
      return command.execute(screen, top.options().output);
    }
    last.commandLine().usage(screen.err());
    return ExitStatus.WRONG_USE;
  }

  /** The command that was named, inside of others. */
  private static ParseResult last(ParseResult parsed) {
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    return last;
  }

  private int fail(Failure failure, OutputFormat format, boolean debug) {
    screen.error(failure, format, debug);
    return ExitStatus.of(failure.code());
  }

  /** Read from the arguments themselves: they may not parse. */
  private static OutputFormat formatOf(String... arguments) {
    List<String> words = List.of(arguments);
    int at = words.lastIndexOf("--output");
    boolean json =
        words.contains("--output=json")
            || (at >= 0 && at + 1 < words.size() && words.get(at + 1).equals("json"));
    return json ? OutputFormat.json : OutputFormat.text;
  }

  private static Failure usage(ParameterException e) {
    String name = e.getCommandLine().getCommandSpec().qualifiedName();
    return new Failure(
        ErrorCode.USAGE, reason(e), "see what is possible with: " + name + " --help", e);
  }

  private static String reason(ParameterException e) {
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("wrong use");
    String first =
        message.isEmpty()
            ? message
            : message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
    if (e instanceof UnmatchedArgumentException unmatched) {
      return first + meant(unmatched);
    }
    return first;
  }

  private static String meant(UnmatchedArgumentException e) {
    String written = e.getUnmatched().getFirst().replaceFirst("=.*", "");
    CommandSpec spec = e.getCommandLine().getCommandSpec();
    return Suggestion.didYouMean(
        written,
        written.startsWith("-") ? spec.optionsMap().keySet() : spec.subcommands().keySet());
  }
}
