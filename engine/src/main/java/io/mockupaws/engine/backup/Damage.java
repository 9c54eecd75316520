package io.mockupaws.engine.backup;

import io.mockupaws.core.format.CorruptPage;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.PageFinding;
import io.mockupaws.engine.cluster.ServerSession;
import java.util.List;
import java.util.Map;

/**
 * Damaged pages with the names of their relations.
 *
 * @param pages those of which each is known
 * @param count all of them
 * @param warnings a sentence for each file that has more than are listed
 */
record Damage(List<CorruptPage> pages, long count, List<String> warnings) {

  /** Decides which suspects are damage, and asks the server for their relations' names. */
  static Damage of(SuspectPages suspects, Lsn start, Lsn stop, ServerSession session) {
    SuspectPages.Settled settled = suspects.settle(start, stop);
    List<String> paths =
        settled.pages().stream().map(SuspectPages.Suspect::path).distinct().toList();
    Map<String, String> names = RelationNames.of(session, paths);
    List<CorruptPage> pages =
        settled.pages().stream()
            .map(
                page ->
                    new CorruptPage(
                        page.path(),
                        page.block(),
                        names.getOrDefault(page.path(), ""),
                        reason(page.finding())))
            .toList();
    List<String> warnings =
        settled.further().entrySet().stream()
            .map(file -> file.getKey() + " has " + file.getValue() + " more damaged pages")
            .toList();
    return new Damage(pages, settled.count(), warnings);
  }

  private static String reason(PageFinding finding) {
    return switch (finding) {
      case BAD_CHECKSUM -> "its checksum does not fit its content";
      case BAD_HEADER -> "its header contradicts itself";
      case NEW_WITH_BYTES -> "it has no header but is not empty";
      case SOUND, ALL_ZERO -> throw new IllegalArgumentException("nothing speaks against it");
    };
  }
}
