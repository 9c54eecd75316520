package io.mockupaws.engine.backup;

import java.util.List;

/**
 * What of broken-off backups was, or would be, used instead of being read again.
 *
 * @param backups their names
 * @param files how many files
 * @param bytes of them
 * @param reasons why something was not used, each a sentence
 */
public record TakenOver(List<String> backups, long files, long bytes, List<String> reasons) {
  public TakenOver {
    backups = List.copyOf(backups);
    reasons = List.copyOf(reasons);
  }
}
