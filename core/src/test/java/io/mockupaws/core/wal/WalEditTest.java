package io.mockupaws.core.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.SegmentName;
import io.mockupaws.core.pg.Timeline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WalEditTest {
  private static final int SEGMENT = 1 << 20;
  private static final long START = 0xFFL * SEGMENT;
  private static final String LOCATION = "/srv/" + "long/".repeat(150) + "end";

  @TempDir Path folder;

  /**
   * At the ends of pages and segments, every split: in the header, in the OID, in the path.
   *
   * @param distance bytes from the record's start to the end of the page
   */
  @ParameterizedTest
  @ValueSource(ints = {8, 16, 24, 32, 40, 400, 792, 800, 8000})
  void emptiesThePathWhereverTheRecordLies(int distance) throws IOException {
    for (boolean segmentEnd : new boolean[] {false, true}) {
      WalBuilder wal = new WalBuilder(SEGMENT, START);
      wal.data(10, 0, 1, new byte[5 * WalBuilder.PAGE]);
      long end = segmentEnd ? START + SEGMENT : START + 10 * WalBuilder.PAGE;
      fillUpTo(wal, end - distance);
      WalBuilder.Written create = wal.data(5, 0, 731, createRecord(LOCATION));
      assertThat(create.start()).isEqualTo(end - distance);
      wal.data(10, 0, 2, new byte[20_000]);
      List<Path> files = write(wal);
      WalEdit edit = new WalEdit(SEGMENT, this::file);
      RecordSpan span = new RecordSpan(new Lsn(create.start()), new Lsn(create.end()));

      assertThat(edit.emptyTablespacePath(span))
          .isEqualTo(new WalEvent.TablespaceCreate(16390, LOCATION));

      byte[] edited = read(files);
      assertThat(events(wal, edited)).containsExactly(new WalEvent.TablespaceCreate(16390, ""));
      int changed = 0;
      byte[] before = Arrays.copyOf(wal.bytes(), edited.length);
      for (int i = 0; i < edited.length; i++) {
        changed += edited[i] == before[i] ? 0 : 1;
      }
      assertThat(changed).as("the checksum and one byte").isBetween(2, 5);

      assertThat(edit.emptyTablespacePath(span))
          .isEqualTo(new WalEvent.TablespaceCreate(16390, ""));
      assertThat(read(files)).isEqualTo(edited);
    }
  }

  @Test
  void refusesAnythingElse() throws IOException {
    WalBuilder wal = new WalBuilder(SEGMENT, START);
    WalBuilder.Written drop = wal.data(5, 0x10, 731, createRecord("/srv/x"));
    WalBuilder.Written other = wal.data(4, 0, 731, createRecord("/srv/x"));
    WalBuilder.Written create = wal.data(5, 0, 731, createRecord("/srv/x"));
    List<Path> files = write(wal);
    byte[] before = read(files);
    WalEdit edit = new WalEdit(SEGMENT, this::file);
    assertRefused(edit, drop.start(), drop.end());
    assertRefused(edit, other.start(), other.end());
    assertRefused(edit, create.start(), create.start() + 8);
    assertRefused(edit, create.start() + 8, create.end());
    assertThat(read(files)).isEqualTo(before);

    before[(int) (create.end() - START) - 9] ^= 1;
    Files.write(files.getFirst(), Arrays.copyOf(before, SEGMENT));
    assertRefused(edit, create.start(), create.end());
    assertThat(read(files)).isEqualTo(before);
  }

  private static void assertRefused(WalEdit edit, long start, long end) {
    RecordSpan span = new RecordSpan(new Lsn(start), new Lsn(end));
    assertThatThrownBy(() -> edit.emptyTablespacePath(span))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.WAL_DAMAGED));
  }

  /** Records until the next one would start at {@code target}. */
  private static void fillUpTo(WalBuilder wal, long target) {
    while (target - wal.position() > 2L * WalBuilder.PAGE) {
      wal.data(10, 0, 1, new byte[4000]);
    }
    if (target - wal.position() > WalBuilder.PAGE) {
      wal.data(10, 0, 1, new byte[(int) (target - wal.position() - WalBuilder.PAGE / 2)]);
    }
    long crossed = (target - 1) / WalBuilder.PAGE - (wal.position() - 1) / WalBuilder.PAGE;
    long headers = crossed * 24;
    long left = target - wal.position() - headers;
    wal.data(10, 0, 1, new byte[(int) (left - 24 - 5)]);
  }

  private static byte[] createRecord(String location) {
    byte[] path = location.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(4 + path.length + 1)
        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
        .putInt(16390)
        .put(path)
        .put((byte) 0)
        .array();
  }

  private Path file(Lsn segmentStart) {
    return folder.resolve(
        SegmentName.containing(new Timeline(1), segmentStart, SEGMENT).fileName());
  }

  private List<Path> write(WalBuilder wal) throws IOException {
    byte[] all = Arrays.copyOf(wal.bytes(), 2 * SEGMENT);
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Path file = file(new Lsn(START + (long) i * SEGMENT));
      files.add(Files.write(file, Arrays.copyOfRange(all, i * SEGMENT, (i + 1) * SEGMENT)));
    }
    return files;
  }

  private static byte[] read(List<Path> files) throws IOException {
    ByteBuffer all = ByteBuffer.allocate(files.size() * SEGMENT);
    for (Path file : files) {
      all.put(Files.readAllBytes(file));
    }
    return all.array();
  }

  private static List<WalEvent> events(WalBuilder wal, byte[] bytes) {
    List<WalEvent> events = new ArrayList<>();
    List<Long> starts = new ArrayList<>();
    WalSink sink =
        record -> {
          WalEvent.of(record).ifPresent(events::add);
          starts.add(record.start().value());
        };
    WalWalk walk = new WalWalk(SEGMENT, new Timeline(1), new Lsn(wal.start), sink);
    walk.feed(ByteBuffer.wrap(bytes));
    assertThat(walk.state()).isInstanceOf(WalState.Ended.class);
    assertThat(starts).containsExactlyElementsOf(wal.records.stream().map(r -> r.start()).toList());
    return events;
  }
}
