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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Verifies one backup but for its WAL. */
final class BackupCheck {
  /** Beyond so many pages of one backup, their count is told. */
  private static final int PAGES_NAMED = 100;

  private final ClusterRepository cluster;
  private final VerifyRequest request;
  private final Findings findings;
  private final VerifyListener listener;
  private final Checked checked;
  private final Set<String> writers = new HashSet<>();
  private long packs;
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

  long packs() {
    return packs;
  }

  /** The backups that wrote the packs: other ones too, where broken-off ones were taken over. */
  Set<String> writers() {
    return writers;
  }

  long packBytes() {
    return packBytes;
  }

  /** Reads the manifest and looks at everything it names. */
  BackupVerdict check(BackupId id) {
    Watcher listing = new Watcher(listener, VerifyProgress.Phase.LISTING, id.value(), 0);
    Optional<ManifestHead> head = Optional.empty();
    BackupContents contents = new BackupContents();
    try {
      head = Optional.of(cluster.manifest(id).head());
      cluster.manifest(id).forEach(wanted(contents));
      contents.order();
    } catch (Failure e) {
      findings.add(cluster.manifestKey(id), e);
      return new BackupVerdict(id, head, List.of(e.what()));
    }
    listing.done(0);
    packs += contents.packs().size();
    packBytes += contents.packs().stream().mapToLong(PackTable::size).sum();
    contents.packs().forEach(pack -> writers.add(writer(pack)));
    List<String> reasons = new ArrayList<>();
    knownPages(head.get());
    int bad = new PackListing(cluster, findings).check(contents.packs());
    if (request.depth() == Depth.READ) {
      bad = Math.max(bad, read(head.get(), contents, reasons));
    }
    if (bad > 0) {
      reasons.addFirst(bad + (bad == 1 ? " pack" : " packs") + " missing or damaged");
    }
    return new BackupVerdict(id, head, reasons);
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

  private int read(ManifestHead head, BackupContents contents, List<String> reasons) {
    long total = contents.packs().stream().mapToLong(PackTable::size).sum();
    Watcher watcher = new Watcher(listener, VerifyProgress.Phase.PACKS, head.id().value(), total);
    PackReading.Read read =
        new PackReading(cluster, head, contents, findings, watcher, checked).run(request.jobs());
    name(head, read, reasons);
    try {
      cluster.trailer(cluster.manifestKey(head.id()), ObjectKind.MANIFEST);
    } catch (Failure e) {
      Findings.kindOf(e);
      findings.add(
          Finding.Kind.UNNEEDED,
          cluster.manifestKey(head.id()).value(),
          e.what() + "; that is its end, which no restore needs");
    }
    return read.badPacks();
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
