package io.mockupaws.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.wal.RecordSpan;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SegmentIndexJsonTest {
  private static final Instant TIME = Instant.parse("2026-04-07T12:00:00.123456Z");
  private static final Commit COMMIT =
      new Commit(TIME, 0xFFFF_FFF0L, new Lsn(0x1_0000_0100L), new Lsn(0x1_0000_0128L));

  static final SegmentIndex FULL =
      new SegmentIndex(
          1 << 24,
          Optional.of(new RecordSpan(new Lsn(0xFFFF_FF00L), new Lsn(0x1_0000_0028L))),
          Optional.of(new RecordSpan(new Lsn(0x1_0000_0100L), new Lsn(0x1_0000_0128L))),
          Optional.of(new Lsn(0x1_00FF_FFF0L)),
          Optional.of(COMMIT),
          Optional.of(COMMIT),
          3,
          Optional.of(TIME),
          Optional.of(TIME.plusSeconds(3)),
          Optional.of(new XidRange(3, 0xFFFF_FFF0L)),
          77,
          List.of(
              new Notable(
                  Notable.Kind.TABLESPACE_CREATE, new Lsn(0x1_0000_0200L), "16400 /mnt/\"a\"")),
          Optional.of(new Lsn(0x1_0000_0300L)));

  @Test
  void isReadBack() {
    assertThat(SegmentIndexJson.decode("x", SegmentIndexJson.encode(FULL))).isEqualTo(FULL);
  }

  /** The golden text: a change of it is a change of the format. */
  @Test
  void isWrittenAsEver() {
    assertThat(new String(SegmentIndexJson.encode(FULL), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"format\":1,\"length\":16777216,\"first\":[\"0/FFFFFF00\",\"1/28\"],"
                + "\"last\":[\"1/100\",\"1/128\"],\"open\":\"1/FFFFF0\","
                + "\"firstCommit\":{\"time\":828878400123456,\"xid\":4294967280,"
                + "\"start\":\"1/100\",\"end\":\"1/128\"},"
                + "\"lastCommit\":{\"time\":828878400123456,\"xid\":4294967280,"
                + "\"start\":\"1/100\",\"end\":\"1/128\"},\"commits\":3,"
                + "\"latestEnd\":828878400123456,\"latestEndSoFar\":828878403123456,"
                + "\"endedXids\":[3,4294967280],"
                + "\"commitsSoFar\":77,"
                + "\"notables\":[{\"kind\":\"TABLESPACE_CREATE\",\"start\":\"1/200\","
                + "\"detail\":\"16400 /mnt/\\\"a\\\"\"}],\"damage\":\"1/300\"}");
  }

  /** As the first release wrote it. */
  @Test
  void isReadWithoutWhatCameLater() {
    String text = new String(SegmentIndexJson.encode(FULL), StandardCharsets.UTF_8);
    String older = text.replace("\"endedXids\":[3,4294967280],", "");
    SegmentIndex index = SegmentIndexJson.decode("x", older.getBytes(StandardCharsets.UTF_8));
    assertThat(index.endedXids()).isEmpty();
    assertThat(index.latestEndSoFar()).isEqualTo(FULL.latestEndSoFar());
  }

  /** Entries for parts of the segment, which nothing reads. */
  @Test
  void isReadWithWhatIsNotWrittenAnyMore() {
    String text = new String(SegmentIndexJson.encode(FULL), StandardCharsets.UTF_8);
    String older =
        text.replace("\"notables\"", "\"marks\":[[828878400123456,\"1/100\"]],\"notables\"");
    assertThat(older).isNotEqualTo(text);
    assertThat(SegmentIndexJson.decode("x", older.getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(FULL);
  }

  @Test
  void anotherFormatAndDamageAreToldApart() {
    assertThat(code("{\"format\":2}")).isEqualTo(ErrorCode.UNKNOWN_FORMAT);
    assertThat(code("{\"format\":1,\"length\":\"x\"}")).isEqualTo(ErrorCode.DAMAGED_OBJECT);
    assertThat(code("{")).isEqualTo(ErrorCode.DAMAGED_OBJECT);
  }

  private static ErrorCode code(String json) {
    return catchThrowableOfType(
            Failure.class,
            () -> SegmentIndexJson.decode("x", json.getBytes(StandardCharsets.UTF_8)))
        .code();
  }
}
