package io.mockupaws.engine.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SegmentChainsTest {
  private static final long FULL = 1000;

  @Test
  void whatLiesBehindAShortFileIsLeftOut() {
    assertThat(written(Map.of("base/5/100", 1000L, "base/5/100.1", 900L, "base/5/100.2", 1000L)))
        .containsExactlyInAnyOrder("base/5/100", "base/5/100.1");
  }

  @Test
  void whatLiesBehindAMissingFileIsLeftOut() {
    assertThat(written(Map.of("base/5/100", 1000L, "base/5/100.2", 500L, "base/5/200.1", 1L)))
        .containsExactly("base/5/100");
  }

  @Test
  void wholeChainsAndOtherForksAndFilesStay() {
    Map<String, Long> files = new LinkedHashMap<>();
    for (int i = 1; i < 12; i++) {
      files.put("pg_tblspc/9/PG_15_202209061/5/100." + i, i == 11 ? 0L : FULL);
    }
    files.put("pg_tblspc/9/PG_15_202209061/5/100", FULL);
    files.put("base/5/100_fsm", 10L);
    files.put("base/5/100_vm", 1000L);
    files.put("base/5/100_vm.1", 10L);
    files.put("postgresql.conf.1", 5L);
    files.put("pg_xact/0000", 10L);
    assertThat(written(files)).hasSize(files.size());
  }

  private static List<String> written(Map<String, Long> files) {
    FileTable table = new FileTable();
    files.forEach(
        (path, size) ->
            table.add(path, size, 0600, Instant.EPOCH, OptionalInt.of(0), FileTable.Fate.WRITTEN));
    SegmentChains.cut(table, FULL);
    return IntStream.range(0, table.count())
        .filter(file -> table.fate(file) != FileTable.Fate.LEFT_OUT)
        .mapToObj(table::path)
        .toList();
  }
}
