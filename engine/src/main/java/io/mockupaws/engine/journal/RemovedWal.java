package io.mockupaws.engine.journal;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.FrameReader;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.pg.Lsn;
import io.mockupaws.core.pg.Timeline;
import io.mockupaws.engine.repository.ClusterRepository;
import io.mockupaws.store.CreateOutcome;
import io.mockupaws.store.ObjectInfo;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Below which position of each timeline a cleanup may have removed WAL: what is missing there was
 * let go of, and is no loss. Kept as numbered objects of which the highest counts, written before
 * the WAL goes.
 */
public final class RemovedWal {
  private static final String FOLDER = "removed/";
  private static final int LOOKS = 5;

  private final ClusterRepository repository;

  public RemovedWal(ClusterRepository repository) {
    this.repository = repository;
  }

  /**
   * The positions; none of a timeline of which nothing was removed. A record that is damaged counts
   * as none: then what is missing is shown, and {@code verify} names the record.
   */
  public NavigableMap<Timeline, Lsn> below() {
    try {
      return read();
    } catch (Failure e) {
      if (e.code() == ErrorCode.DAMAGED_OBJECT) {
        return new TreeMap<>();
      }
      throw e;
    }
  }

  private NavigableMap<Timeline, Lsn> read() {
    for (int look = 0; look < LOOKS; look++) {
      List<ObjectInfo> records = repository.list(FOLDER);
      if (records.isEmpty()) {
        return new TreeMap<>();
      }
      try {
        ObjectKey newest = records.getLast().key();
        return decode(newest, repository.get(newest, ObjectKind.RECORD));
      } catch (Failure e) {
        if (e.code() != ErrorCode.OBJECT_MISSING) {
          throw e;
        }
      }
    }
    return new TreeMap<>();
  }

  /**
   * Notes that WAL below these positions goes; to be called while no other cleanup runs. What was
   * noted before stays noted.
   *
   * @throws Failure of the store; DAMAGED_OBJECT where what was noted before cannot be read;
   *     STORE_CONFLICT where another cleanup noted something meanwhile
   */
  public void note(Map<Timeline, Lsn> positions) {
    NavigableMap<Timeline, Lsn> all = read();
    NavigableMap<Timeline, Lsn> known = new TreeMap<>(all);
    positions.forEach((timeline, below) -> all.merge(timeline, below, Lsn::max));
    if (all.equals(known)) {
      return;
    }
    List<ObjectInfo> before = repository.list(FOLDER);
    long number = before.isEmpty() ? 1 : number(before.getLast()) + 1;
    ObjectKey key = repository.key(FOLDER + String.format(Locale.ROOT, "%016x", number));
    if (repository.put(key, ObjectKind.RECORD, encode(all)) == CreateOutcome.EXISTS) {
      throw new Failure(
          ErrorCode.STORE_CONFLICT,
          "another cleanup of this cluster runs",
          "let it finish, then start again");
    }
    before.forEach(record -> repository.delete(record.key()));
  }

  private static long number(ObjectInfo record) {
    return Long.parseUnsignedLong(record.key().fileName(), 16);
  }

  private static byte[] encode(Map<Timeline, Lsn> positions) {
    ObjectNode below = JsonMapper.shared().createObjectNode();
    positions.forEach((timeline, lsn) -> below.put(timeline.toString(), lsn.toString()));
    return JsonMapper.shared()
        .writeValueAsString(JsonMapper.shared().createObjectNode().set("below", below))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static NavigableMap<Timeline, Lsn> decode(ObjectKey key, byte[] content) {
    NavigableMap<Timeline, Lsn> positions = new TreeMap<>();
    try {
      for (Map.Entry<String, JsonNode> entry :
          JsonMapper.shared().readTree(content).required("below").properties()) {
        positions.put(
            new Timeline(Integer.parseUnsignedInt(entry.getKey())),
            Lsn.parse(entry.getValue().stringValue()));
      }
      return positions;
    } catch (JacksonException | IllegalArgumentException e) {
      throw FrameReader.damaged(key, "it does not say which WAL was removed");
    }
  }
}
