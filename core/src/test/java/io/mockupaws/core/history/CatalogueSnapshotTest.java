package io.mockupaws.core.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.history.CatalogueSnapshot.DatabaseNames;
import io.mockupaws.core.history.CatalogueSnapshot.Named;
import io.mockupaws.core.history.CatalogueSnapshot.Schema;
import java.util.List;
import org.junit.jupiter.api.Test;

class CatalogueSnapshotTest {
  /** What a repository may hold: never change it, docs/FORMAT.md promises it. */
  private static final String WRITTEN =
      """
      {"t":"catalogue","format":1}
      {"t":"database","o":5,"n":"postgres","read":true}
      {"t":"schema","o":2200,"n":"public"}
      {"t":"relation","o":16384,"n":"orders","s":2200,"k":"r","f":16390,"ts":16400}
      {"t":"relation","o":4294967295,"n":"\\"odd\\"","s":2200,"k":"v"}
      {"t":"database","o":16385,"n":"closed","read":false}
      {"t":"end","databases":2}
      """;

  private static final CatalogueSnapshot SNAPSHOT =
      new CatalogueSnapshot(
          List.of(
              new DatabaseNames(
                  5,
                  "postgres",
                  true,
                  List.of(new Schema(2200, "public")),
                  List.of(
                      new Named(16384, "orders", 2200, 16390, 16400, 'r'),
                      new Named(-1, "\"odd\"", 2200, 0, 0, 'v'))),
              new DatabaseNames(16385, "closed", false, List.of(), List.of())),
          false);

  @Test
  void isWrittenAsTheFormatSays() {
    assertThat(new String(SNAPSHOT.encode(), UTF_8)).isEqualTo(WRITTEN);
  }

  @Test
  void readsWhatWasWritten() {
    assertThat(CatalogueSnapshot.decode("x", WRITTEN.getBytes(UTF_8))).isEqualTo(SNAPSHOT);
  }

  @Test
  void aPartOfItIsNothing() {
    byte[] cut = WRITTEN.substring(0, WRITTEN.indexOf("{\"t\":\"end\"")).getBytes(UTF_8);
    assertThatThrownBy(() -> CatalogueSnapshot.decode("x", cut)).isInstanceOf(Failure.class);
    byte[] later = WRITTEN.replace("\"format\":1", "\"format\":2").getBytes(UTF_8);
    assertThatThrownBy(() -> CatalogueSnapshot.decode("x", later)).hasMessageContaining("later");
  }
}
