package io.mockupaws.engine.backup;

import static io.mockupaws.engine.backup.FakeFiles.PAGE;
import static io.mockupaws.engine.backup.FakeFiles.join;
import static io.mockupaws.engine.backup.FakeFiles.page;
import static io.mockupaws.engine.backup.FakeFiles.spoiled;
import static org.assertj.core.api.Assertions.assertThat;

import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.PageFinding;
import io.mockupaws.core.pg.RelationPath;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PageCheckTest {
  private static final String PATH = "base/5/16384";
  private static final int PAGES_PER_FILE = 131072;
  private static final Lsn START = Lsn.parse("1/0");
  private static final Lsn STOP = Lsn.parse("2/0");

  private final FakeFiles files = new FakeFiles();
  private final SuspectPages suspects = new SuspectPages();
  private final List<Integer> pauses = new ArrayList<>();
  private final PageCheck check = new PageCheck(PAGE, PAGES_PER_FILE, suspects, pauses::add);

  private ByteBuffer verify(String path, long offset, byte[] first) {
    // Somewhere inside a larger buffer, as the copy's is.
    ByteBuffer bytes = ByteBuffer.allocate(first.length + 100);
    bytes.position(50).put(first).flip().position(50);
    check.verify(RelationPath.parse(path).orElseThrow(), path, offset, bytes, files);
    assertThat(bytes.position()).isEqualTo(50);
    assertThat(bytes.remaining()).isEqualTo(first.length);
    return bytes.slice();
  }

  private static byte[] content(ByteBuffer bytes) {
    byte[] content = new byte[bytes.remaining()];
    bytes.duplicate().get(content);
    return content;
  }

  @Test
  void soundAndEmptyPagesAreReadOnce() {
    verify(PATH, 0, join(page(0, 1, 1), new byte[PAGE], page(2, 1, 2)));
    assertThat(files.asked).isEmpty();
    assertThat(suspects.settle(START, STOP).count()).isZero();
  }

  @Test
  void aTornPageIsReplacedByTheWholeOne() {
    byte[] whole = join(page(0, 1, 1), page(1, 1, 2), page(2, 1, 3));
    files.files.put(PATH, whole);
    ByteBuffer bytes = verify(PATH, 0, spoiled(whole, PAGE + 5000));
    assertThat(content(bytes)).isEqualTo(whole);
    assertThat(files.asked).containsExactly(new Piece(PATH, PAGE, PAGE));
    assertThat(suspects.settle(START, STOP).count()).isZero();
  }

  @Test
  void aPageThatIsWholeOnlyAtTheThirdTimeIsFine() {
    byte[] whole = page(0, 1, 1);
    files.files.put(PATH, whole);
    AtomicInteger reads = new AtomicInteger();
    files.through(seen -> reads.incrementAndGet() < 3 ? spoiled(seen, 7000) : seen);
    assertThat(content(verify(PATH, 0, spoiled(whole, 100)))).isEqualTo(whole);
    assertThat(pauses).containsExactly(1, 2, 3);
    assertThat(suspects.settle(START, STOP).count()).isZero();
  }

  @Test
  void aPageThatStaysBadIsReadThreeTimesAndReported() {
    byte[] bad = spoiled(page(0, 1, 1), 100);
    files.files.put(PATH, bad);
    assertThat(content(verify(PATH, 0, bad))).isEqualTo(bad);
    assertThat(files.asked).hasSize(PageCheck.AGAIN).hasSize(3);
    assertThat(suspects.settle(START, STOP).pages())
        .containsExactly(new SuspectPages.Suspect(PATH, 0, PageFinding.BAD_CHECKSUM, new Lsn(1)));
  }

  @Test
  void allBadPagesOfAStretchShareThePauses() {
    byte[] bad = join(page(9, 1, 1), page(9, 1, 2), page(9, 1, 3));
    files.files.put(PATH, bad);
    verify(PATH, 0, bad);
    assertThat(pauses).hasSize(3);
    assertThat(suspects.settle(START, STOP).count()).isEqualTo(3);
  }

  @Test
  void blocksAreCountedOverAllFilesOfARelation() {
    String second = PATH + ".1";
    byte[] sound = join(page(PAGES_PER_FILE + 2, 1, 1), page(PAGES_PER_FILE + 3, 1, 2));
    verify(second, 2 * PAGE, sound);
    assertThat(files.asked).isEmpty();

    byte[] bad = spoiled(sound, PAGE + 77);
    files.files.put(second, concat(new byte[2 * PAGE], bad));
    verify(second, 2 * PAGE, bad);
    assertThat(suspects.settle(START, STOP).pages())
        .extracting(SuspectPages.Suspect::block)
        .containsExactly(PAGES_PER_FILE + 3L);
  }

  private static byte[] concat(byte[] a, byte[] b) {
    return ByteBuffer.allocate(a.length + b.length).put(a).put(b).array();
  }

  @Test
  void aPageInAnotherPlaceIsDamage() {
    byte[] moved = page(7, 1, 1);
    files.files.put(PATH, moved);
    verify(PATH, 0, moved);
    assertThat(suspects.settle(START, STOP).count()).isEqualTo(1);
  }

  @Test
  void aPageWithoutHeaderMustBeEmpty() {
    byte[] bytes = new byte[PAGE];
    bytes[PAGE - 1] = 1;
    files.files.put(PATH, bytes);
    verify(PATH, 0, bytes);
    assertThat(suspects.settle(START, STOP).pages())
        .extracting(SuspectPages.Suspect::finding)
        .containsExactly(PageFinding.NEW_WITH_BYTES);
  }

  @Test
  void aFileThatWasCutOffOrDroppedMeanwhileIsFine() {
    byte[] bad = join(page(0, 1, 1), spoiled(page(1, 1, 2), 50));
    files.files.put(PATH, page(0, 1, 1));
    verify(PATH, 0, bad);
    files.files.remove(PATH);
    verify(PATH, 0, bad);
    assertThat(suspects.settle(START, STOP).count()).isZero();
  }

  @Test
  void aPartOfAPageAtTheEndIsNotLookedAt() {
    verify(PATH, 0, concat(page(0, 1, 1), new byte[] {1, 2, 3}));
    assertThat(files.asked).isEmpty();
  }
}
