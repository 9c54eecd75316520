package io.mockupaws.core.pg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RelationPathTest {

  @ParameterizedTest
  @CsvSource({
    "base/5/16384, 1663/5/16384, MAIN, 0",
    "base/5/16384.1, 1663/5/16384, MAIN, 1",
    "base/5/16384_vm.12, 1663/5/16384, VISIBILITY, 12",
    "base/5/16384_init, 1663/5/16384, INIT, 0",
    "base/4294967295/4294967295_fsm, 1663/4294967295/4294967295, FREE_SPACE, 0",
    "global/1262, 1664/0/1262, MAIN, 0",
    "global/1262_fsm, 1664/0/1262, FREE_SPACE, 0",
    "pg_tblspc/16390/PG_15_202209061/5/16400_fsm, 16390/5/16400, FREE_SPACE, 0",
    "pg_tblspc/16390/PG_18_202506291/5/16400.3, 16390/5/16400, MAIN, 3",
  })
  void readsRelations(String path, String relation, Fork fork, int segment) {
    RelationPath found = RelationPath.parse(path).orElseThrow();
    assertThat(found.relation()).hasToString(relation);
    assertThat(found.fork()).isEqualTo(fork);
    assertThat(found.segment()).isEqualTo(segment);
    assertThat(found.isTemporary()).isFalse();
    assertThat(found.firstBlock(131072)).isEqualTo(segment * 131072L);
  }

  @Test
  void readsTemporaryRelations() {
    RelationPath found = RelationPath.parse("base/5/t3_16400_fsm.1").orElseThrow();
    assertThat(found.relation()).isEqualTo(new Relation(1663, 5, 16400));
    assertThat(found.temporaryOf()).isEqualTo(OptionalInt.of(3));
    assertThat(found.isTemporary()).isTrue();
    assertThat(found.fork()).isEqualTo(Fork.FREE_SPACE);
    assertThat(found.segment()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "global/pg_control",
        "global/pg_filenode.map",
        "base/5/PG_VERSION",
        "base/5/pg_filenode.map",
        "base/5/016384",
        "base/5/0",
        "base/5/16384.0",
        "base/5/16384_vm_fsm",
        "base/5/16384_",
        "base/5/16384.1.2",
        "base/5/4294967296",
        "base/5/sub/16384",
        "base/5",
        "base/pgsql_tmp/pgsql_tmp1.0",
        "base/x/16384",
        "pg_tblspc/16390/5/16400",
        "pg_tblspc/16390/PG_15_202209061/16400",
        "pg_xact/0000",
        "16384",
        "",
      })
  void knowsWhatIsNoRelation(String path) {
    assertThat(RelationPath.parse(path)).isEmpty();
  }
}
