package io.mockupaws.engine.restore;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where the parts of a restored cluster go, and what becomes of what is there.
 *
 * @param occupied what becomes of a target that holds something
 * @param tablespaces directories outside of the target, by a tablespace's OID, name, or location on
 *     the source; a tablespace that is not named comes inside the target
 * @param walDirectory a directory outside of the target for {@code pg_wal}
 */
public record Placement(
    Occupied occupied, Map<String, Path> tablespaces, Optional<Path> walDirectory) {
  public Placement {
    tablespaces = Map.copyOf(tablespaces);
  }

  /** Everything inside a directory that is empty or not there yet. */
  public static Placement inside() {
    return new Placement(Occupied.REFUSED, Map.of(), Optional.empty());
  }

  /** The same with another treatment of what is there. */
  public Placement over(Occupied other) {
    return new Placement(other, tablespaces, walDirectory);
  }
}
