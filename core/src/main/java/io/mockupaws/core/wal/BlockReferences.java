package io.mockupaws.core.wal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Relation;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.Optional;

/**
 * The blocks a record changed ({@code DecodeXLogRecord}, src/backend/access/transam/xlogreader.c),
 * numbered from 0 in the order they are written. Reading them allocates nothing, but for what is
 * given as an object.
 */
public final class BlockReferences {
  /** {@code XLR_MAX_BLOCK_ID} + 1. */
  private static final int MAX_BLOCKS = 33;

  private static final int SHORT_DATA = 255;
  private static final int LONG_DATA = 254;
  private static final int ORIGIN = 253;
  private static final int TOP_LEVEL_XID = 252;

  private static final int FORK_MASK = 0x0F;
  private static final int HAS_IMAGE = 0x10;
  private static final int HAS_DATA = 0x20;
  private static final int WILL_INIT = 0x40;
  private static final int SAME_RELATION = 0x80;

  private final int[] ids = new int[MAX_BLOCKS];
  private final int[] flags = new int[MAX_BLOCKS];
  private final int[] tablespaces = new int[MAX_BLOCKS];
  private final int[] databases = new int[MAX_BLOCKS];
  private final int[] numbers = new int[MAX_BLOCKS];
  private final int[] blocks = new int[MAX_BLOCKS];
  private final int[] dataLengths = new int[MAX_BLOCKS];
  private final int[] imageLengths = new int[MAX_BLOCKS];
  private final int[] imageFlags = new int[MAX_BLOCKS];
  private final int[] holeOffsets = new int[MAX_BLOCKS];
  private final int[] holeLengths = new int[MAX_BLOCKS];
  private int count;
  private int mainDataLength;

  private ByteBuffer bytes = ByteBuffer.allocate(0);
  private int at;
  private int end;
  private long record;

  BlockReferences() {}

  void parse(ByteBuffer bytes, int start, int available, int total, long record) {
    this.bytes = bytes;
    this.at = start + WalRecord.HEADER_SIZE;
    this.end = start + available;
    this.record = record;
    count = 0;
    mainDataLength = 0;
    long payload = 0;
    while (start + (long) total - at > payload) {
      int id = u8();
      if (id < MAX_BLOCKS) {
        payload += reference(id);
      } else if (id == SHORT_DATA || id == LONG_DATA) {
        mainDataLength = id == SHORT_DATA ? u8() : length();
        payload += mainDataLength;
        break;
      } else if (id == ORIGIN) {
        skip(2);
      } else if (id == TOP_LEVEL_XID) {
        skip(4);
      } else {
        throw broken("a part has the number " + id);
      }
    }
    if (start + (long) total - at != payload) {
      throw broken("its parts do not add up to its length");
    }
  }

  /** Reads one reference and gives the bytes of its image and data. */
  private int reference(int id) {
    if (count > 0 && id <= ids[count - 1]) {
      throw broken("its block references are out of order");
    }
    int flag = u8();
    int data = u16();
    if (((flag & HAS_DATA) != 0) != (data != 0)) {
      throw broken("a block's data and its flag disagree");
    }
    dataLengths[count] = data;
    imageLengths[count] = (flag & HAS_IMAGE) == 0 ? 0 : image();
    if ((flag & SAME_RELATION) == 0) {
      tablespaces[count] = i32();
      databases[count] = i32();
      numbers[count] = i32();
    } else if (count == 0) {
      throw broken("its first block names no relation");
    } else {
      tablespaces[count] = tablespaces[count - 1];
      databases[count] = databases[count - 1];
      numbers[count] = numbers[count - 1];
    }
    ids[count] = id;
    flags[count] = flag;
    blocks[count] = i32();
    int payload = imageLengths[count] + data;
    count++;
    return payload;
  }

  /** Reads how a page's image lies in the record and gives its length. */
  private int image() {
    int length = u16();
    int holeOffset = u16();
    int info = u8();
    boolean hole = (info & PageImage.HAS_HOLE) != 0;
    int holeLength = hole && PageImage.isCompressed(info) ? u16() : 0;
    if (!PageImage.areKnown(info)) {
      throw broken("a page's image has the flags " + Integer.toHexString(info));
    }
    if (length == 0 || hole != (holeOffset != 0)) {
      throw broken("a page's image and its hole disagree");
    }
    imageFlags[count] = info;
    holeOffsets[count] = holeOffset;
    holeLengths[count] = holeLength;
    return length;
  }

  /** How many blocks. */
  public int count() {
    return count;
  }

  /** The number under which the record's own code knows the block: 0 to 32. */
  public int id(int index) {
    return ids[check(index)];
  }

  /** Which block the record's own code knows as {@code id}; -1: none. */
  int indexOf(int id) {
    for (int i = 0; i < count; i++) {
      if (ids[i] == id) {
        return i;
      }
    }
    return -1;
  }

  /** The tablespace's OID, 32 bits, unsigned. */
  public int tablespace(int index) {
    return tablespaces[check(index)];
  }

  /** The database's OID, 32 bits, unsigned; 0 for shared relations. */
  public int database(int index) {
    return databases[check(index)];
  }

  /** The number of the relation's file, 32 bits, unsigned. */
  public int relationNumber(int index) {
    return numbers[check(index)];
  }

  /** The three above as one value. */
  public Relation relation(int index) {
    return new Relation(tablespace(index), database(index), relationNumber(index));
  }

  /** The fork's number: see {@link io.mockupaws.core.pg.Fork}. */
  public int fork(int index) {
    return flags[check(index)] & FORK_MASK;
  }

  /** The block's number in its fork, 0 to 4,294,967,294. */
  public long block(int index) {
    return Integer.toUnsignedLong(blocks[check(index)]);
  }

  /** Whether the record holds the whole page. */
  public boolean hasImage(int index) {
    return (flags[check(index)] & HAS_IMAGE) != 0;
  }

  /** Whether replay makes the page from nothing. */
  public boolean willInitialise(int index) {
    return (flags[check(index)] & WILL_INIT) != 0;
  }

  /** How the record holds the whole page; empty: it does not. */
  public Optional<PageImage> image(int index) {
    return hasImage(index)
        ? Optional.of(
            PageImage.of(
                imageFlags[index], imageLengths[index], holeOffsets[index], holeLengths[index]))
        : Optional.empty();
  }

  /** The image as it lies in the record, perhaps compressed, without its hole; else nothing. */
  public ByteBuffer imageBytes(int index) {
    return part(payloadStart(check(index)), imageLengths[index]);
  }

  /** What the record says of the block, in the form of its resource manager. */
  public ByteBuffer data(int index) {
    return part(payloadStart(check(index)) + imageLengths[index], dataLengths[index]);
  }

  /** Images and data lie behind all headers, in the order of the blocks, each image first. */
  private int payloadStart(int index) {
    int from = at;
    for (int i = 0; i < index; i++) {
      from += imageLengths[i] + dataLengths[i];
    }
    return from;
  }

  private ByteBuffer part(int from, int length) {
    return bytes.slice(from, length).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  int mainDataLength() {
    return mainDataLength;
  }

  private int check(int index) {
    return Objects.checkIndex(index, count);
  }

  private int need(int length) {
    if (length > end - at) {
      throw broken("it ends inside its block references");
    }
    int from = at;
    at += length;
    return from;
  }

  private void skip(int length) {
    need(length);
  }

  private int u8() {
    return bytes.get(need(1)) & 0xFF;
  }

  private int u16() {
    return bytes.getShort(need(2)) & 0xFFFF;
  }

  private int i32() {
    return bytes.getInt(need(4));
  }

  private int length() {
    int length = i32();
    if (length < 0) {
      throw broken("its data is longer than a record can be");
    }
    return length;
  }

  private Failure broken(String why) {
    return new Failure(
        ErrorCode.WAL_DAMAGED,
        "the WAL record at " + new Lsn(record) + " cannot be read: " + why,
        "Its checksum is right, so the server wrote it so: report this with the record's bytes.");
  }
}
