package io.mockupaws.demo.story;

import java.util.List;

/**
 * How the demo is told.
 *
 * @param postgres the server's major version, 15 to 18
 * @param s3 whether the repository is a bucket of an embedded S3 server instead of a directory
 * @param json whether the result is printed as JSON, alone on standard output
 * @param keep whether the recovered server, the repository and the ledger stay
 * @param program how this program is started again as a process of its own: the command up to its
 *     arguments
 */
public record DemoOptions(
    int postgres, boolean s3, boolean json, boolean keep, List<String> program) {

  public DemoOptions {
    program = List.copyOf(program);
  }
}
