package io.mockupaws.engine.retention;

/** How many backups one cleanup may let expire: beyond, something is wrong with the rules. */
public sealed interface DeleteLimit {
  /** What a cleanup may do unless it is told otherwise. */
  DeleteLimit USUAL = new Share(25);

  /** The limit where there are so many backups. */
  long of(long backups);

  /**
   * A share of the backups that there are, one at least.
   *
   * @param percent 0 to 100
   */
  record Share(int percent) implements DeleteLimit {
    public Share {
      if (percent < 0 || percent > 100) {
        throw new IllegalArgumentException("not 0 to 100 percent: " + percent);
      }
    }

    @Override
    public long of(long backups) {
      return percent == 0 ? 0 : Math.max(1, backups * percent / 100);
    }

    @Override
    public String toString() {
      return percent + "%";
    }
  }

  /** So many backups. */
  record Count(long backups) implements DeleteLimit {
    public Count {
      if (backups < 0) {
        throw new IllegalArgumentException("fewer than none: " + backups);
      }
    }

    @Override
    public long of(long all) {
      return backups;
    }

    @Override
    public String toString() {
      return Long.toString(backups);
    }
  }
}
