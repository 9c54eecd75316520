package io.mockupaws.engine.proof;

import io.mockupaws.engine.cluster.ServerSession;
import io.mockupaws.engine.proof.Finding.Kind;
import io.mockupaws.engine.proof.Finding.State;

/** Whether pages have checksums, and whether the server met some that failed. */
final class Checksums {
  private static final String FACTS =
      "SELECT current_setting('data_checksums') = 'on', coalesce(checksum_failures, 0),"
          + " coalesce(checksum_last_failure::text, '') FROM pg_stat_database"
          + " WHERE datname = current_database()";

  private final ServerSession session;

  Checksums(ServerSession session) {
    this.session = session;
  }

  void look(DataProof proof) {
    String database = session.address().database();
    proof.begin(Kind.CHECKSUMS, database);
    session.one(
        "asking for failed checksums",
        FACTS,
        row -> {
          if (!row.getBoolean(1)) {
            proof.found(
                Kind.CHECKSUMS,
                database,
                State.UNPROVEN,
                "pages have no checksums (data_checksums = off): a bit that changed on the disk"
                    + " may go unseen");
          } else if (row.getLong(2) > 0) {
            proof.found(
                Kind.CHECKSUMS,
                database,
                State.DAMAGED,
                "the server met "
                    + row.getLong(2)
                    + " pages whose checksum failed, the last one at "
                    + row.getString(3));
          }
          return true;
        });
  }
}
