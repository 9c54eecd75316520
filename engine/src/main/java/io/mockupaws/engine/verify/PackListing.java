package io.mockupaws.engine.verify;

import io.mockupaws.core.format.FrameReader;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.PackTable;
import io.mockupaws.engine.repository.ClusterRepository;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Whether the packs of a manifest are there in the sizes it names: by listing alone. */
final class PackListing {
  /** No sealed object is shorter: header, one empty frame with its tag, footer. */
  static final long SHORTEST =
      FrameReader.HEADER_BYTES + FrameReader.FRAME_HEADER_BYTES + 16 + FrameReader.FOOTER_BYTES;

  private final ClusterRepository cluster;
  private final Findings findings;

  PackListing(ClusterRepository cluster, Findings findings) {
    this.cluster = cluster;
    this.findings = findings;
  }

  /** How many are not as they should be. */
  int check(List<PackTable> packs) {
    Map<ObjectKey, Long> sizes = sizes(packs);
    int bad = 0;
    for (PackTable pack : packs) {
      Long size = sizes.get(pack.key());
      if (size == null) {
        findings.add(
            Finding.Kind.MISSING, pack.key().value(), "the object " + pack.key() + " is missing");
        bad++;
      } else if (size != pack.size()) {
        findings.add(
            Finding.Kind.SIZE,
            pack.key().value(),
            "the object " + pack.key() + " has " + size + " bytes and not " + pack.size());
        bad++;
      }
    }
    return bad;
  }

  /** Packs lie in the folder of the backup that wrote them, which may be an earlier one. */
  private Map<ObjectKey, Long> sizes(List<PackTable> packs) {
    Set<String> folders = new TreeSet<>();
    for (PackTable pack : packs) {
      String key = pack.key().value();
      folders.add(key.substring(cluster.prefix().length(), key.lastIndexOf('/') + 1));
    }
    Map<ObjectKey, Long> sizes = new HashMap<>();
    for (String folder : folders) {
      cluster.forEach(folder, object -> sizes.put(object.key(), object.size()));
    }
    return sizes;
  }
}
