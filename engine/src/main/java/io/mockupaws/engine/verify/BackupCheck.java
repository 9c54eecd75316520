package io.mockupaws.engine.verify;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.CorruptPage;
import io.mockupaws.core.format.FileEntry;
import io.mockupaws.core.format.ManifestHead;
import io.mockupaws.core.format.ManifestVisitor;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.engine.repository.ClusterRepository;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Verifies backups but for their WAL. */
final class BackupCheck {
  /** Beyond so many pages of one backup, their count is told. */
  private static final int PAGES_NAMED = 100;

  /** Some 50 bytes each; one backup may have more of them, and is looked at alone then. */
  private static final long MOST_ENTRIES = 1_000_000;

  private final ClusterRepository cluster;
  private final VerifyRequest request;
  private final Findings findings;
  private final VerifyListener listener;
  private final Checked checked;
  private final Set<String> writers = new HashSet<>();
  private final Set<String> seen = new HashSet<>();
  private long packBytes;

  BackupCheck(
      ClusterRepository cluster,
      VerifyRequest request,
      Findings findings,
      VerifyListener listener,
      Checked checked) {
    this.cluster = cluster;
    this.request = request;
    this.findings = findings;
    this.listener = listener;
    this.checked = checked;
  }

  /** How many different ones there are. */
  long packs() {
    return seen.size();
  }

  /** The backups that wrote the packs: other ones too, where broken-off ones were taken over. */
  Set<String> writers() {
    return writers;
  }

  long packBytes() {
    return packBytes;
  }

  /**
   * Reads manifests and looks at everything they name. Backups that share packs are read together,
   * as many as fit into the memory: then each pack is read once.
   */
  List<BackupVerdict> check(List<BackupId> ids) {
    Map<BackupId, BackupVerdict> verdicts = new LinkedHashMap<>();
    List<OpenBackup> group = new ArrayList<>();
    long entries = 0;
    for (BackupId id : ids) {
      verdicts.put(id, new BackupVerdict(id, Optional.empty(), List.of()));
      Optional<OpenBackup> open = open(id, verdicts);
      if (open.isPresent()) {
        group.add(open.get());
        entries += open.get().contents().entries();
      }
      if (entries > MOST_ENTRIES) {
        judge(group, verdicts);
        group.clear();
        entries = 0;
      }
    }
    judge(group, verdicts);
    return List.copyOf(verdicts.values());
  }

  /** Empty, and a verdict, where the manifest cannot be read. */
  private Optional<OpenBackup> open(BackupId id, Map<BackupId, BackupVerdict> verdicts) {
    Watcher listing = new Watcher(listener, VerifyProgress.Phase.LISTING, id.value(), 0);
    Optional<ManifestHead> head = Optional.empty();
    BackupContents contents = new BackupContents();
    try {
      head = Optional.of(cluster.manifest(id).head());
      cluster.manifest(id).forEach(wanted(contents));
      contents.order();
    } catch (Failure e) {
      findings.add(cluster.manifestKey(id), e);
      verdicts.put(id, new BackupVerdict(id, head, List.of(e.what())));
      return Optional.empty();
    }
    listing.done(0);
    contents.packs().forEach(this::count);
    knownPages(head.get());
    int bad = new PackListing(cluster, findings).check(contents.packs());
    return Optional.of(new OpenBackup(head.get(), contents, bad));
  }

  private void count(PackTable pack) {
    writers.add(writer(pack));
    if (seen.add(pack.key().value())) {
      packBytes += pack.size();
    }
  }

  private void judge(List<OpenBackup> group, Map<BackupId, BackupVerdict> verdicts) {
    if (group.isEmpty()) {
      return;
    }
    List<PackReading.Read> reads =
        switch (request.depth()) {
          case LISTED -> List.of();
          case READ -> read(group);
        };
    for (int i = 0; i < group.size(); i++) {
      OpenBackup backup = group.get(i);
      List<String> reasons = new ArrayList<>();
      int bad = backup.listedBad();
      if (!reads.isEmpty()) {
        bad = Math.max(bad, reads.get(i).badPacks());
        name(backup.head(), reads.get(i), reasons);
        lookAtEnd(backup.head().id());
      }
      if (bad > 0) {
        reasons.addFirst(bad + (bad == 1 ? " pack" : " packs") + " missing or damaged");
      }
      BackupId id = backup.head().id();
      verdicts.put(id, new BackupVerdict(id, Optional.of(backup.head()), reasons));
    }
  }

  private static String writer(PackTable pack) {
    String[] parts = pack.key().value().split("/", -1);
    return parts[parts.length - 2];
  }

  /** A listing needs the packs alone; files may be so many that they are better not kept. */
  private ManifestVisitor wanted(BackupContents contents) {
    return switch (request.depth()) {
      case READ -> contents;
      case LISTED ->
          new ManifestVisitor() {
            @Override
            public void pack(int number, PackTable pack) {
              contents.pack(number, pack);
            }
          };
    };
  }

  private void knownPages(ManifestHead head) {
    List<CorruptPage> pages = head.corruptPages();
    for (CorruptPage page : pages.subList(0, Math.min(PAGES_NAMED, pages.size()))) {
      String relation = page.relation().isEmpty() ? "" : " of " + page.relation();
      corrupt(head, page.path() + " block " + page.block() + relation + ": " + page.reason());
    }
    if (pages.size() > PAGES_NAMED) {
      corrupt(head, "and " + (pages.size() - PAGES_NAMED) + " more: mockupaws show " + head.id());
    }
  }

  private void corrupt(ManifestHead head, String what) {
    findings.add(Finding.Kind.CORRUPT_PAGE, cluster.manifestKey(head.id()).value(), what);
  }

  private List<PackReading.Read> read(List<OpenBackup> group) {
    Map<String, Long> sizes = new HashMap<>();
    for (OpenBackup backup : group) {
      backup.contents().packs().forEach(pack -> sizes.put(pack.key().value(), pack.size()));
    }
    long total = sizes.values().stream().mapToLong(Long::longValue).sum();
    String subject =
        group.size() == 1 ? group.getFirst().head().id().value() : group.size() + " backups";
    Watcher watcher = new Watcher(listener, VerifyProgress.Phase.PACKS, subject, total);
    return new PackReading(cluster, findings, watcher, checked).run(group, request.jobs());
  }

  private void lookAtEnd(BackupId id) {
    try {
      cluster.trailer(cluster.manifestKey(id), ObjectKind.MANIFEST);
    } catch (Failure e) {
      Findings.kindOf(e);
      findings.add(
          Finding.Kind.UNNEEDED,
          cluster.manifestKey(id).value(),
          e.what() + "; that is its end, which no restore needs");
    }
  }

  /** Reads the manifest once more for the names of the few files that were found. */
  private void name(ManifestHead head, PackReading.Read read, List<String> reasons) {
    Set<Integer> wanted = new HashSet<>(read.wrongFiles());
    read.pages().bad().forEach(page -> wanted.add(page.file()));
    if (wanted.isEmpty()) {
      return;
    }
    Map<Integer, String> names = names(head.id(), wanted);
    String manifest = cluster.manifestKey(head.id()).value();
    for (int file : read.wrongFiles()) {
      findings.add(
          Finding.Kind.CONTENT,
          manifest,
          "the file " + names.get(file) + " does not have the checksum of the manifest");
    }
    if (!read.wrongFiles().isEmpty()) {
      reasons.add(read.wrongFiles().size() + " files have another checksum");
    }
    Set<String> known = new HashSet<>();
    head.corruptPages().forEach(page -> known.add(page.path() + " " + page.block()));
    for (PageSight.BadPage page : read.pages().bad()) {
      if (!known.contains(names.get(page.file()) + " " + page.block())) {
        corrupt(head, names.get(page.file()) + " block " + page.block() + ": " + word(page));
      }
    }
    if (read.pages().further() > 0) {
      corrupt(head, "and " + read.pages().further() + " more damaged pages");
    }
  }

  private static String word(PageSight.BadPage page) {
    return "the backup does not name it, and the page is damaged ("
        + page.finding().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ')
        + ")";
  }

  private Map<Integer, String> names(BackupId id, Set<Integer> wanted) {
    Map<Integer, String> names = new HashMap<>();
    cluster
        .manifest(id)
        .forEach(
            new ManifestVisitor() {
              private int number;

              @Override
              public void file(FileEntry file) {
                if (wanted.contains(number)) {
                  names.put(number, file.path());
                }
                number++;
              }
            });
    return names;
  }
}
