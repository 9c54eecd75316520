package io.mockupaws.core.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mockupaws.core.crypto.Sealing;
import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SealedObjectTest {
  private static final ObjectKey KEY = ObjectKey.of("clusters/prod/packs/x/000000");
  private static final SecureRandom RANDOM = new SecureRandom();

  @Property(tries = 60)
  void whatWasSealedIsOpened(
      @ForAll @IntRange(max = 600_000) int length, @ForAll boolean encrypted, @ForAll long seed) {
    Sealing sealing = encrypted ? Sealing.generate(RANDOM) : new Sealing.Plain();
    byte[] content = content(length, seed);
    byte[] object = seal(sealing, KEY, ObjectKind.PACK, content, new byte[] {7});
    assertThat(open(sealing, KEY, ObjectKind.PACK, object)).isEqualTo(content);
  }

  @Property(tries = 200)
  void anyChangedByteIsFound(@ForAll boolean encrypted, @ForAll long seed) {
    Sealing sealing = encrypted ? Sealing.generate(RANDOM) : new Sealing.Plain();
    byte[] object =
        seal(sealing, KEY, ObjectKind.PACK, content(5000, seed), "trailer".getBytes(US_ASCII));
    Random random = new Random(seed);
    object[random.nextInt(object.length - FrameReader.FOOTER_BYTES)] ^=
        (byte) (1 << random.nextInt(8));
    assertDamaged(() -> open(sealing, KEY, ObjectKind.PACK, object), ErrorCode.UNKNOWN_FORMAT);
  }

  @Test
  void aCutOffObjectIsFoundEvenAtAFrame() {
    Sealing sealing = Sealing.generate(RANDOM);
    byte[] content = content(3 * FrameWriter.FRAME_SIZE, 1);
    byte[] object = seal(sealing, KEY, ObjectKind.PACK, content, new byte[0]);
    for (int length : frameStarts(object)) {
      byte[] cut = Arrays.copyOf(object, length);
      assertDamaged(() -> open(sealing, KEY, ObjectKind.PACK, cut), ErrorCode.DAMAGED_OBJECT);
    }
  }

  @Test
  void anObjectUnderAnotherNameKindOrKeyDoesNotOpen() {
    Sealing sealing = Sealing.generate(RANDOM);
    byte[] object = seal(sealing, KEY, ObjectKind.PACK, content(100, 1), new byte[0]);
    ObjectKey other = ObjectKey.of("clusters/prod/packs/x/000001");
    assertDamaged(() -> open(sealing, other, ObjectKind.PACK, object), ErrorCode.DAMAGED_OBJECT);
    assertDamaged(() -> open(sealing, KEY, ObjectKind.TAIL, object), ErrorCode.DAMAGED_OBJECT);
    Sealing stranger = Sealing.generate(RANDOM);
    assertDamaged(() -> open(stranger, KEY, ObjectKind.PACK, object), ErrorCode.DAMAGED_OBJECT);
  }

  @Test
  void framesCannotChangePlaces() {
    Sealing sealing = Sealing.generate(RANDOM);
    byte[] object =
        seal(sealing, KEY, ObjectKind.PACK, content(2 * FrameWriter.FRAME_SIZE, 3), new byte[0]);
    List<Integer> starts = frameStarts(object);
    byte[] swapped = object.clone();
    int first = starts.get(1) - starts.get(0);
    System.arraycopy(object, starts.get(1), swapped, starts.get(0), starts.get(2) - starts.get(1));
    System.arraycopy(
        object, starts.get(0), swapped, starts.get(0) + starts.get(2) - starts.get(1), first);
    assertDamaged(() -> open(sealing, KEY, ObjectKind.PACK, swapped), ErrorCode.DAMAGED_OBJECT);
  }

  @Test
  void nothingReadableIsLeftInAnEncryptedObject() {
    byte[] content = "the only copy of their data ".repeat(1000).getBytes(US_ASCII);
    byte[] object = seal(Sealing.generate(RANDOM), KEY, ObjectKind.PACK, content, content);
    assertThat(new String(object, java.nio.charset.StandardCharsets.ISO_8859_1))
        .doesNotContain("the only copy");
  }

  private static final java.nio.charset.Charset US_ASCII =
      java.nio.charset.StandardCharsets.US_ASCII;

  private static void assertDamaged(Runnable opening, ErrorCode alsoAllowed) {
    assertThatThrownBy(opening::run)
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.code()).isIn(ErrorCode.DAMAGED_OBJECT, alsoAllowed));
  }

  /** Half random, half repeating, so that both codecs occur. */
  static byte[] content(int length, long seed) {
    byte[] content = new byte[length];
    new Random(seed).nextBytes(content);
    Arrays.fill(content, length / 2, length, (byte) seed);
    return content;
  }

  static byte[] seal(
      Sealing sealing, ObjectKey key, ObjectKind kind, byte[] content, byte[] trailer) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (FrameWriter writer = new FrameWriter(sealing, key, kind, RANDOM)) {
      append(out, writer.header());
      for (int at = 0; at < content.length; at += FrameWriter.FRAME_SIZE) {
        int length = Math.min(FrameWriter.FRAME_SIZE, content.length - at);
        append(out, writer.frame(ByteBuffer.wrap(content, at, length)));
      }
      append(out, writer.finish(trailer));
    }
    return out.toByteArray();
  }

  private static void append(ByteArrayOutputStream out, ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    out.writeBytes(copy);
  }

  private static List<Integer> frameStarts(byte[] object) {
    List<Integer> starts = new ArrayList<>();
    int at = FrameReader.HEADER_BYTES;
    while (at < object.length - FrameReader.FOOTER_BYTES) {
      starts.add(at);
      at += FrameReader.FRAME_HEADER_BYTES + ByteBuffer.wrap(object).getInt(at + 8);
    }
    return starts;
  }

  static byte[] open(Sealing sealing, ObjectKey key, ObjectKind kind, byte[] object) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] header = Arrays.copyOf(object, FrameReader.HEADER_BYTES);
    try (FrameReader reader = new FrameReader(sealing, key, kind, header)) {
      int at = FrameReader.HEADER_BYTES;
      for (int number = 0; ; number++) {
        int left = object.length - at;
        if (left < FrameReader.FRAME_HEADER_BYTES) {
          throw FrameReader.damaged(key, "cut off");
        }
        int length =
            FrameReader.FRAME_HEADER_BYTES
                + reader.sealedLength(ByteBuffer.wrap(object, at, FrameReader.FRAME_HEADER_BYTES));
        if (length > left) {
          throw FrameReader.damaged(key, "cut off");
        }
        FrameReader.Frame frame = reader.open(number, ByteBuffer.wrap(object, at, length));
        if (frame.last()) {
          return out.toByteArray();
        }
        append(out, frame.content());
        at += length;
      }
    }
  }
}
