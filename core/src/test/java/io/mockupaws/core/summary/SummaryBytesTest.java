package io.mockupaws.core.summary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Fork;
import io.mockupaws.core.pg.Relation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The form that docs/FORMAT.md tells, which may never change. */
class SummaryBytesTest {

  private static Summary golden() {
    SummaryBuilder builder = new SummaryBuilder();
    builder.database(1663, 70000);
    builder.block(1664, 0, 1260, 0, 3);
    for (int block = 100; block < 110; block++) {
      builder.block(1663, 5, 16384, 0, block);
    }
    builder.block(1663, 5, 16384, 0, 0);
    builder.block(1663, 5, 16384, 0, -2);
    builder.block(1663, 5, 16384, 2, 1);
    builder.from(1663, 5, 16384, 2, 2);
    builder.from(1663, 5, 16390, 3, 0);
    return builder.summary();
  }

  @Test
  void isTheGoldenFile() throws IOException {
    byte[] golden;
    try (InputStream in = SummaryBytesTest.class.getResourceAsStream("golden.summary")) {
      golden =
          HexFormat.of()
              .parseHex(
                  new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                      .replaceAll("(#.*)?\\s+", ""));
    }
    assertThat(SummaryBytes.of(golden())).isEqualTo(golden);
    assertThat(SummaryBytes.read(golden)).isEqualTo(golden());
  }

  @Test
  void aReasonForEverythingIsKept() {
    SummaryBuilder builder = new SummaryBuilder();
    builder.everything("wal_level was minimal");
    builder.everything("another reason");
    Summary read = SummaryBytes.read(SummaryBytes.of(builder.summary()));
    assertThat(read.everything()).contains("another reason");
    assertThat(read.changes(new Relation(1, 2, 3), Fork.MAIN).limit()).isZero();
  }

  @Test
  void refusesWhatIsNoSummary() {
    refused(ErrorCode.UNKNOWN_FORMAT, "02000000");
    refused(ErrorCode.DAMAGED_OBJECT, "");
    refused(ErrorCode.DAMAGED_OBJECT, "010000");
    refused(ErrorCode.DAMAGED_OBJECT, "0100000000");
    refused(ErrorCode.DAMAGED_OBJECT, "0105ff00");
    refused(ErrorCode.DAMAGED_OBJECT, "0100000101020301" + "0000");
    refused(ErrorCode.DAMAGED_OBJECT, "0100000101020300" + "0000");
    refused(ErrorCode.DAMAGED_OBJECT, "0100000101020300" + "06010005");
    assertThat(SummaryBytes.read(HexFormat.of().parseHex("01000000"))).isEqualTo(Summary.EMPTY);
  }

  private static void refused(ErrorCode code, String bytes) {
    assertThatThrownBy(() -> SummaryBytes.read(HexFormat.of().parseHex(bytes)))
        .isInstanceOfSatisfying(Failure.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
