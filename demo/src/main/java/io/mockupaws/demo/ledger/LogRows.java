package io.mockupaws.demo.ledger;

import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What each row of {@code scenario_logs} says: a pure function of seed, writer and number, so that
 * a recovered row can be compared without anybody having kept it. The rows are varied and compress
 * about as a service's real log does; every 400th carries a few kilobytes that go out of line.
 *
 * @param seed another seed makes other rows
 * @param scenarios rows refer to the scenarios 1 to this number
 */
public record LogRows(long seed, int scenarios) {

  private static final long FIRST_MICROS = 1_767_225_600_000_000L;
  private static final int LARGE_EVERY = 400;
  private static final List<String> LEVELS =
      List.of("INFO", "INFO", "INFO", "INFO", "DEBUG", "DEBUG", "WARN", "ERROR");
  private static final List<String> SERVICES =
      List.of("s3", "dynamodb", "lambda", "sqs", "kinesis", "ec2", "iam", "sns", "rds", "ecs");
  private static final List<List<String>> EVENTS =
      List.of(
          List.of("request ", " to ", " answered by ", " after retry "),
          List.of("token ", " issued for ", " at node ", ", generation "),
          List.of("estimate ", " for ", " priced by ", " in step "),
          List.of("upload ", " of ", " stored on ", " as part "),
          List.of("simulation ", " of ", " placed on ", ", workers "));

  /** The row that this writer writes as its {@code number}th. */
  public LogRow row(int writer, long number) {
    SplittableRandom random =
        new SplittableRandom(seed ^ (long) writer * 0x9E37_79B9_7F4A_7C15L ^ number << 20);
    String message = message(random);
    boolean large = random.nextInt(LARGE_EVERY) == 0;
    int payload = large ? 2_000 + random.nextInt(6_000) : 8 + random.nextInt(56);
    return new LogRow(
        writer,
        number,
        1 + random.nextInt(scenarios),
        micros(FIRST_MICROS + number * 1_000_000 + random.nextInt(1_000_000)),
        pick(random, LEVELS),
        message,
        random.nextInt(1, 5_000_000) / 1024.0,
        hex(random, payload));
  }

  private static Instant micros(long value) {
    return Instant.ofEpochSecond(
        Math.floorDiv(value, 1_000_000L), Math.floorMod(value, 1_000_000L) * 1_000);
  }

  private static String message(SplittableRandom random) {
    List<String> event = pick(random, EVENTS);
    return event.get(0)
        + hex(random, 16)
        + event.get(1)
        + pick(random, SERVICES)
        + event.get(2)
        + "10."
        + random.nextInt(256)
        + "."
        + random.nextInt(256)
        + "."
        + random.nextInt(256)
        + event.get(3)
        + random.nextInt(100);
  }

  private static String hex(SplittableRandom random, int bytes) {
    byte[] value = new byte[bytes];
    random.nextBytes(value);
    return HexFormat.of().formatHex(value);
  }

  private static <T> T pick(SplittableRandom random, List<T> words) {
    return words.get(random.nextInt(words.size()));
  }
}
