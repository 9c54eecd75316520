package io.mockupaws.core.pg;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A relation's file, as its path under the data directory names it (src/common/relpath.c, {@code
 * parse_filename_for_nontemp_relation} in src/backend/storage/file/reinit.c, {@code
 * looks_like_temp_rel_name} in src/backend/storage/file/fd.c).
 *
 * @param relation whose file it is
 * @param fork which of its files
 * @param segment which piece of 1 GiB (as a rule), from 0
 * @param temporaryOf the backend whose temporary relation it is; empty for all others
 */
public record RelationPath(Relation relation, Fork fork, int segment, OptionalInt temporaryOf) {
  private static final String OID = "([1-9][0-9]{0,9})";
  private static final Pattern NAME =
      Pattern.compile("(?:t([0-9]{1,9})_)?" + OID + "(_fsm|_vm|_init)?(?:\\.([1-9][0-9]{0,8}))?");
  private static final Pattern BASE = Pattern.compile("base/" + OID + "/([^/]+)");
  private static final Pattern TABLESPACE =
      Pattern.compile("pg_tblspc/" + OID + "/PG_[0-9]+_[0-9]+/" + OID + "/([^/]+)");

  /** Reads a path such as {@code base/5/16384_vm.1}; empty when it is no relation's file. */
  public static Optional<RelationPath> parse(String path) {
    if (path.startsWith("global/")) {
      return name(path.substring(7), Relation.GLOBAL_TABLESPACE, 0);
    }
    Matcher base = BASE.matcher(path);
    if (base.matches()) {
      return oid(base.group(1))
          .flatMap(database -> name(base.group(2), Relation.DEFAULT_TABLESPACE, database));
    }
    Matcher inTablespace = TABLESPACE.matcher(path);
    if (inTablespace.matches()) {
      return oid(inTablespace.group(1))
          .flatMap(
              tablespace ->
                  oid(inTablespace.group(2))
                      .flatMap(database -> name(inTablespace.group(3), tablespace, database)));
    }
    return Optional.empty();
  }

  private static Optional<RelationPath> name(String name, int tablespace, int database) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String backend = matcher.group(1);
    String suffix = matcher.group(3);
    String segment = matcher.group(4);
    return oid(matcher.group(2))
        .map(
            number ->
                new RelationPath(
                    new Relation(tablespace, database, number),
                    fork(suffix == null ? "" : suffix),
                    segment == null ? 0 : Integer.parseInt(segment),
                    backend == null
                        ? OptionalInt.empty()
                        : OptionalInt.of(Integer.parseInt(backend))));
  }

  private static Fork fork(String suffix) {
    for (Fork fork : Fork.values()) {
      if (fork.suffix().equals(suffix)) {
        return fork;
      }
    }
    throw new IllegalArgumentException("no fork: " + suffix);
  }

  private static Optional<Integer> oid(String digits) {
    long value = Long.parseLong(digits);
    return value > 0xFFFF_FFFFL ? Optional.empty() : Optional.of((int) value);
  }

  /** Whether it belongs to a temporary relation, which no backup holds. */
  public boolean isTemporary() {
    return temporaryOf.isPresent();
  }

  /** The number of the file's first block in its fork, given the blocks a file holds. */
  public long firstBlock(int blocksPerFile) {
    return (long) segment * blocksPerFile;
  }
}
