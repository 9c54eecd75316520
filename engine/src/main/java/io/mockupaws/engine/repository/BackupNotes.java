package io.mockupaws.engine.repository;

import io.mockupaws.core.failure.ErrorCode;
import io.mockupaws.core.failure.Failure;
import io.mockupaws.core.format.BackupId;
import io.mockupaws.core.format.BackupNote;
import io.mockupaws.core.format.ObjectKey;
import io.mockupaws.core.format.ObjectKind;
import io.mockupaws.core.format.PackTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The notes of backups that are under way, or broke off. Safe for use by many threads. */
public final class BackupNotes {
  private static final String FOLDER = "notes/";

  /** In place of the notes of a backup that broke off, once they are of no use any more. */
  private static final String ENDED = "ended";

  private final ClusterRepository cluster;

  BackupNotes(ClusterRepository cluster) {
    this.cluster = cluster;
  }

  /** Stores one: its pack must be there already. */
  public void write(BackupNote note) {
    String name = FOLDER + note.attempt().id() + "/" + String.format("%06d", note.number());
    cluster.put(cluster.key(name), ObjectKind.RECORD, note.encode());
  }

  /**
   * The backups that have notes and no manifest: they broke off, or are under way; oldest first.
   */
  public List<BackupId> brokenOff() {
    TreeSet<String> ids = new TreeSet<>(withNotes());
    cluster.writtenBackups().forEach(id -> ids.remove(id.value()));
    return ids.stream().map(BackupId::new).toList();
  }

  private Set<String> withNotes() {
    TreeSet<String> ids = new TreeSet<>();
    int start = cluster.prefix().length() + FOLDER.length();
    cluster.forEach(
        FOLDER,
        object -> {
          String id = object.key().value().substring(start).split("/", -1)[0];
          if (BackupId.isOne(id)) {
            ids.add(id);
          }
        });
    return ids;
  }

  /** What can be read of a backup's notes: one that cannot be is of no use, and no harm. */
  public List<BackupNote> of(BackupId backup) {
    List<BackupNote> notes = new ArrayList<>();
    cluster.forEach(
        FOLDER + backup + "/",
        object -> {
          if (object.key().fileName().equals(ENDED)) {
            return;
          }
          try {
            byte[] content = cluster.get(object.key(), ObjectKind.RECORD);
            notes.add(BackupNote.decode(object.key(), content));
          } catch (Failure e) {
            if (e.code() != ErrorCode.DAMAGED_OBJECT && e.code() != ErrorCode.OBJECT_MISSING) {
              throw e;
            }
          }
        });
    return notes;
  }

  /**
   * Those of the noted packs that are there, whole by their size, in every store that can be
   * reached, by number.
   */
  public Map<Integer, PackTable> present(List<BackupNote> notes) {
    Map<Integer, PackTable> present = new HashMap<>();
    notes.forEach(note -> present.put(note.number(), note.pack()));
    List<PackTable> lacking = cluster.lacking(present.values());
    present.values().removeAll(lacking);
    return present;
  }

  /** Removes a backup's notes; the packs stay. */
  public void delete(BackupId backup) {
    cluster.list(FOLDER + backup + "/").forEach(object -> cluster.delete(object.key()));
  }

  /**
   * Removes all notes: a backup was finished, and what came before it is not needed any more. That
   * a backup broke off stays on record, so that nobody takes its packs for those of a backup that
   * has lost its manifest.
   */
  public void deleteAll() {
    Set<String> ids = withNotes();
    for (BackupId id : brokenOff()) {
      ObjectKey ended = cluster.key(FOLDER + id + "/" + ENDED);
      cluster.put(ended, ObjectKind.RECORD, new byte[0]);
      cluster.list(FOLDER + id + "/").stream()
          .filter(object -> !object.key().equals(ended))
          .forEach(object -> cluster.delete(object.key()));
      ids.remove(id.value());
    }
    ids.forEach(id -> delete(new BackupId(id)));
  }
}
